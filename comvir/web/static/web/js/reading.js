// How far one has read a thread, told while answers pass before the eyes. Without this script, the button
// “Mark as read” at the end of the page does it.
//
// <form data-seen action="/t/12/seen"><input name="message" value="57">…   the last message of the page
// <li id="m57" data-position="7">                                          an answer; the opening counts as 0

const LOOKED_AT_MS = 800;
const TELL_MS = 1500;

const form = document.querySelector("form[data-seen]");

if (form && "IntersectionObserver" in window && window.FormData) {
  form.hidden = true;
  let furthest = { position: -1, id: "" };
  let told = -1;
  let timer = 0;
  const waiting = new Map();

  const take = (row) => {
    const position = Number(row.dataset.position) || 0;
    if (position <= furthest.position) return;
    furthest = { position, id: row.id.slice(1) };
    if (!timer) timer = setTimeout(tell, TELL_MS);
  };

  async function tell() {
    clearTimeout(timer);
    timer = 0;
    if (furthest.position <= told) return;
    const { position, id } = furthest;
    const said = new FormData(form);
    said.set("message", id);
    said.set("position", position);
    said.set("quietly", "yes");
    const done = await fetch(form.action, { method: "POST", body: said, keepalive: true, redirect: "error" }).catch(() => null);
    if (done && done.ok) told = Math.max(told, position);
  }

  // What is only scrolled past has not been read.
  const eyes = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting && document.visibilityState === "visible") {
        waiting.set(target, setTimeout(() => take(target), LOOKED_AT_MS));
      } else {
        clearTimeout(waiting.get(target));
        waiting.delete(target);
      }
    }
  }, { rootMargin: "0px 0px -5% 0px" });

  const watch = (row) => eyes.observe(row);
  const list = document.getElementById("list");
  const opening = document.querySelector("article.opening[id^='m']");
  if (opening) watch(opening);
  if (list) {
    for (const row of list.querySelectorAll(":scope > [id^='m']")) watch(row);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const row of addedNodes) if (row.id && /^m\d+$/.test(row.id)) watch(row);
    }).observe(list, { childList: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") tell();
    else for (const row of [opening, ...(list ? list.children : [])]) if (row && /^m\d+$/.test(row.id)) { eyes.unobserve(row); watch(row); }
  });
}
