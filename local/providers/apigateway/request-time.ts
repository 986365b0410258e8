const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const formatted = { second: -1, text: '' };

/** `09/Apr/2026:12:34:56 +0000`; put together once a second. */
export function requestTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== formatted.second) {
    const [day = '', clock = ''] = new Date(second * 1000).toISOString().split('T');
    const [year = '', month = '', date = ''] = day.split('-');
    formatted.second = second;
    formatted.text = `${date}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
  }
  return formatted.text;
}
