/** The address that this lane's file was loaded from. The build supplies it. */
declare const CLIENT_ADDRESS: string;
/** Where the editor's file is, seen from there. The build supplies it. */
declare const EDITOR_FILE: string;
