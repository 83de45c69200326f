// Python, whose standard library reads mail: the system's, or Debian's package.
import { UserError } from '../common/errors.mjs';
import { which } from '../common/run.mjs';
import { ensurePackages, isDebian, isRoot } from './apt.mjs';

/** Has `python3`, installing it where that can be done. */
export async function ensurePython() {
  if (!which('python3') && isDebian() && isRoot())
    await ensurePackages(['python3'], 'the tests of composed mails');
  if (!which('python3'))
    throw new UserError('The tests of composed mails need python3, whose parser reads them: install it.');
}
