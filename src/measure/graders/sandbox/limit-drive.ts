import { OutputLimitError } from './output-meter.js';
import type { WasiDrive, WasiInstance, WasiOpenFile } from './python-runtime.js';

/** WASI's result codes. */
const fileTooLarge = 22;
const invalidArgument = 28;
const tooManyHandles = 33;
const noSpace = 51;
const notSupported = 58;

const fromStart = 0;
const createFlag = 1;

/** What a program may do with its files, which are in the host's memory and not in its own. */
export interface DriveLimits {
  /** Longest file, and all that is written. More ends the program. */
  readonly writtenBytes: number;
  /** All memory that is taken for files and handles, given back or not. More ends the program. */
  readonly allocatedBytes: number;
  /** Files and folders that are created. */
  readonly files: number;
  /** Files and folders that are open at the same time. */
  readonly handles: number;
}

/** Limits what a program's files cost the host. Call it before the imports are made. */
export function limitDrive(wasi: WasiInstance, limits: DriveLimits): void {
  const { drive } = wasi;
  const written = createCount(limits.writtenBytes);
  const allocated = createCount(limits.allocatedBytes);
  limitLengths(drive, limits.writtenBytes, written);
  limitFiles(drive, limits, allocated);
  // It would take the memory first, and overwrite what is there.
  wasi.fd_allocate = () => notSupported;
}

function createCount(limit: number): (bytes: number) => void {
  let used = 0;
  return (bytes) => {
    used += bytes;
    if (used > limit) throw new OutputLimitError();
  };
}

function limitLengths(drive: WasiDrive, limitBytes: number, count: (bytes: number) => void): void {
  const { write, pwrite, seek, setSize } = drive;
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

function limitFiles(drive: WasiDrive, limits: DriveLimits, count: (bytes: number) => void): void {
  const { open, pathCreateDir } = drive;
  let created = 0;
  drive.open = (folder, path, flags, handleFlags) => {
    if (drive.openMap.size >= limits.handles) return [tooManyHandles];
    const mayCreate = (flags & createFlag) !== 0;
    if (mayCreate && created >= limits.files) return [noSpace];
    const before = mayCreate ? Object.keys(drive.fs).length : 0;
    const opened = open.call(drive, folder, path, flags, handleFlags);
    if (mayCreate) created += Object.keys(drive.fs).length - before;
    const handle = opened[1] === undefined ? undefined : drive.openMap.get(opened[1]);
    if (handle?.buffer !== undefined) limitHandle(handle as WasiOpenFile, count);
    return opened;
  };
  drive.pathCreateDir = (folder, path) => {
    if (created >= limits.files) return noSpace;
    created++;
    return pathCreateDir.call(drive, folder, path);
  };
}

/** Counts what a handle takes before it takes it: a buffer that grows doubles, a sync copies. */
function limitHandle(handle: WasiOpenFile, count: (bytes: number) => void): void {
  const { resize, sync } = handle;
  // A file of text is encoded again for every handle.
  if (handle.file.mode === 'string') count(handle.buffer.length);
  handle.resize = (bytes) => {
    const capacity = handle.buffer.buffer.byteLength;
    if (bytes > capacity) count(2 * Math.max(bytes, capacity, 512));
    resize.call(handle, bytes);
  };
  handle.sync = () => {
    if (handle.isDirty) count(handle.buffer.length);
    sync.call(handle);
  };
}
