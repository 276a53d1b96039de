import { OutputLimitError } from './output-meter.js';
import type { WasiDrive } from './python-runtime.js';

const invalidArgument = 28;
const fileTooLarge = 22;
const fromStart = 0;

/**
 * Limits what a program writes to its files, which are in the memory of this thread and not in the
 * program's own. Writing more ends the program.
 */
export function limitDrive(drive: WasiDrive, limitBytes: number): void {
  const { write, pwrite, seek, setSize } = drive;
  let written = 0;
  const count = (bytes: number): void => {
    written += bytes;
    if (written > limitBytes) throw new OutputLimitError();
  };
  drive.write = (file, data) => {
    count(data.length);
    return write.call(drive, file, data);
  };
  drive.pwrite = (file, data, offset) => {
    if (!(offset >= 0 && offset <= limitBytes)) return invalidArgument;
    count(data.length);
    return pwrite.call(drive, file, data, offset);
  };
  // A file is as long as its last byte is far from its start, whatever lies between.
  drive.seek = (file, offset, whence) => {
    const moved = seek.call(drive, file, offset, whence);
    const [, position = 0n] = moved;
    if (position >= 0n && position <= BigInt(limitBytes)) return moved;
    seek.call(drive, file, 0n, fromStart);
    return [invalidArgument];
  };
  drive.setSize = (file, size) => {
    if (size < 0n || size > BigInt(limitBytes)) return fileTooLarge;
    return setSize.call(drive, file, size);
  };
}
