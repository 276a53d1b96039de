/** For `cli-table3`: no lines between rows. */
export const compactTable = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
