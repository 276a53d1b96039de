/** A file of an archive, with the bytes as they are in it. */
export interface PackedFile {
  readonly name: string;
  readonly method: number;
  readonly data: Buffer;
  /** The size that the directory states. */
  readonly size: number;
  /** Put sizes and offset into a ZIP64 extra field. Default: false. */
  readonly isZip64?: boolean;
}

/** Makes a ZIP archive of files that are packed already, with any method. Checksums are 0. */
export function zipOf(files: readonly PackedFile[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, method, data, size, isZip64 = false } of files) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const extra = isZip64 ? zip64Extra([size, data.length, offset]) : Buffer.alloc(0);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(isZip64 ? 0xffffffff : data.length, 20);
    central.writeUInt32LE(isZip64 ? 0xffffffff : size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(isZip64 ? 0xffffffff : offset, 42);
    locals.push(local, Buffer.from(name), data);
    directory.push(central, Buffer.from(name), extra);
    offset += local.length + name.length + data.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, entries, end]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return extra;
}
