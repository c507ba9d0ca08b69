// The page that waits for a mail goes on by itself once its link was opened, here or on another device.
// HEAD answers 204 then, and changes nothing; without this script a reload does the same.

const EVERY = 4000; // milliseconds
const AT_MOST = 900; // times: an hour

const page = location.pathname;
let looked = 0;

async function look() {
  looked += 1;
  if (document.visibilityState === "visible") {
    const answer = await fetch(page, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.status === 204) {
      location.assign(page);
      return;
    }
  }
  if (looked < AT_MOST) setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
