// The form components that the pages use; the host supplies the code.
declare module '@formily/antd-v5' {
  import type { ComponentType } from 'react';

  type FormComponent = ComponentType<Record<string, unknown>>;

  export const FormButtonGroup: FormComponent;
  export const FormItem: FormComponent;
  export const FormLayout: FormComponent;
  export const Input: FormComponent & { TextArea: FormComponent };
  export const NumberPicker: FormComponent;
  export const Password: FormComponent;
  export const Radio: FormComponent & { Group: FormComponent };
  export const Select: FormComponent;
  export const Submit: FormComponent;
  export const Switch: FormComponent;
}
