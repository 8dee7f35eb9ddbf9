/** Reads the time of a row from bytes, without making strings: it is done for every row. */

/** Seconds since 1970 up to which a row may be the newest; infinite where nothing is said. */
export function secondsOf(notAfter: string | undefined): number {
  return notAfter === undefined ? Number.POSITIVE_INFINITY : Date.parse(notAfter) / 1000;
}

/** @returns seconds since 1970 (UTC), or -1 where the columns hold no time. */
export type TimeReader = (
  bytes: Uint8Array,
  dateStart: number,
  dateEnd: number,
  timeStart: number,
  timeEnd: number,
) => number;

/** Remembers the last date, since a file holds one hour. */
export function createTimeReader(): TimeReader {
  let knownDate = -1;
  let knownDaySeconds = -1;
  return (bytes, dateStart, dateEnd, timeStart, timeEnd) => {
    if (dateEnd - dateStart !== 10 || timeEnd - timeStart !== 8) return -1;
    if (bytes[dateStart + 4] !== 45 || bytes[dateStart + 7] !== 45) return -1;
    if (bytes[timeStart + 2] !== 58 || bytes[timeStart + 5] !== 58) return -1;
    const century = twoDigits(bytes, dateStart);
    const year = twoDigits(bytes, dateStart + 2);
    const month = twoDigits(bytes, dateStart + 5);
    const day = twoDigits(bytes, dateStart + 8);
    const hours = twoDigits(bytes, timeStart);
    const minutes = twoDigits(bytes, timeStart + 3);
    const seconds = twoDigits(bytes, timeStart + 6);
    if (century < 0 || year < 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0) return -1;
    // A leap second is written as 60.
    if (month < 1 || month > 12 || day < 1 || day > 31 || seconds > 60) return -1;
    const date = ((century * 100 + year) * 100 + month) * 100 + day;
    if (date !== knownDate) {
      const midnight = new Date(Date.UTC(century * 100 + year, month - 1, day));
      // Nothing was logged before 1970, and -1 stands for no time.
      if (midnight.getUTCDate() !== day || midnight.getTime() < 0) return -1;
      knownDate = date;
      knownDaySeconds = midnight.getTime() / 1000;
    }
    return knownDaySeconds + hours * 3600 + minutes * 60 + seconds;
  };
}

/** -1 or less where one of them is no digit. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 48;
  const ones = (bytes[at + 1] ?? 0) - 48;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}
