// A page that follows what happens while it is open. It is told ids only, and fetches what they stand for
// as anybody would, so that it never shows more than the page itself would.
//
// <body data-live="thread=12" data-since="345">      what to follow, and the last deed the page already shows
// <ol data-live-list                                 rows have the id m<message>, or t<thread> in lists of threads
//     data-live-url="/m/{message}/row"               or "/t/{thread}/row"
//     data-live-changed="Changed: {words}"           said when the words of a row there are no longer the same
//     data-live-new                                  the list takes in what is new, and says so:
//     data-live-one="One new answer" data-live-many="{count} new answers" data-live-show="Show">
// <article class="opening" id="m98">                 changes in place like a row
// <li id="m99" data-position="7">                    rows with a position are kept in its order
// <div id="live" aria-live="polite"></div>           where it is said that something is new

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60000;
const SAID_OF_A_CHANGE = 60;
const CHANGE_STANDS_MS = 8000;
const COMES = new Set(["said", "restored", "passed_on"]);

class Follower {
  constructor(list, region, what, since) {
    this.list = list;
    this.region = region;
    this.what = what;
    this.takesNew = "liveNew" in list.dataset;
    this.last = since;
    this.pause = FIRST_PAUSE_MS;
    this.work = Promise.resolve();
    this.waiting = new Map();
    this.fresh = [];
  }

  open() {
    if (this.source || document.visibilityState === "hidden") return;
    clearTimeout(this.timer);
    const since = this.last ? `&since=${this.last}` : "";
    const source = new EventSource(`/live?${this.what}${since}`);
    this.source = source;
    source.addEventListener("open", () => { this.pause = FIRST_PAUSE_MS; });
    source.addEventListener("deed", (event) => this.take(source, event, () => this.tell(JSON.parse(event.data))));
    source.addEventListener("resync", (event) => this.take(source, event, () => this.fetchAll()));
    source.addEventListener("error", () => {
      // A connection that broke is made again by the browser; one that was refused, only by us.
      if (source.readyState === EventSource.CLOSED && source === this.source) this.comeBack();
    });
  }

  close() {
    clearTimeout(this.timer);
    if (this.source) this.source.close();
    this.source = null;
  }

  comeBack() {
    this.close();
    this.timer = setTimeout(() => this.open(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }

  // One after the other, so that answers appear in the order in which they were given. When something could
  // not be fetched, what came after it waits too: all is heard again from the last that was taken in.
  take(source, event, step) {
    const id = Number(event.lastEventId) || 0;
    this.work = this.work.then(async () => {
      if (source !== this.source) return;
      try {
        await step();
        if (id > this.last) this.last = id;
      } catch {
        if (source === this.source) this.comeBack();
      }
    });
  }

  async tell(deed) {
    if (deed.verb === "settled" || deed.verb === "reopened") await this.renewAnswered();
    const id = this.idOf(deed);
    if (!id) return;
    const there = document.getElementById(id);
    if (!there && !(this.takesNew && COMES.has(deed.verb))) return;
    const row = await this.fetchRow(deed);
    if (!row) {
      this.waiting.delete(id);
      return;
    }
    // Looked up again: one's own words may have come by another way while this was fetched.
    const now = document.getElementById(id);
    if (now) this.replace(now, row);
    else this.welcome(id, row);
  }

  idOf(deed) {
    if (this.list.dataset.liveUrl.includes("{message}")) return deed.message && `m${deed.message}`;
    // A huddle's threads are on the huddle's page, not among the circle's.
    return deed.thread && !deed.huddle && `t${deed.thread}`;
  }

  fetchRow(deed) {
    return fetchOne(this.list.dataset.liveUrl.replace("{message}", deed.message).replace("{thread}", deed.thread));
  }

  // The head of a question shows what answered it, and what did so until now does so no more.
  async renewAnswered() {
    const before = this.list.querySelector("[data-settled]");
    const rows = [document.querySelector("article.opening[id^='m']"), before && before.closest("[id^='m']")];
    for (const { id } of rows.filter(Boolean)) {
      const row = await fetchOne(`/m/${id.slice(1)}/row`);
      const now = row && document.getElementById(id);
      if (now) this.replace(now, row);
    }
  }

  async fetchAll() {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) throw new Error(`page: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.querySelector("[data-live-list]");
    const opening = page.querySelector("article.opening[id]");
    for (const row of [...(opening ? [opening] : []), ...(list ? list.children : [])]) {
      const now = row.id && document.getElementById(row.id);
      if (now) this.replace(now, row);
      else if (row.id && this.takesNew && row !== opening) this.welcome(row.id, row);
    }
  }

  // Said in few words, and only when there is something else to read: not when a count or a moment is another.
  replace(now, row) {
    const before = readIn(now);
    swap(now, row, (there) => {
      awaken(there);
      const { liveChanged } = this.list.dataset;
      const words = readIn(there).find((one, index) => one && one !== before[index]);
      if (!liveChanged || !words || this.region.querySelector("button")) return;
      const line = document.createElement("p");
      line.textContent = liveChanged.replace("{words}", () => shortened(words));
      this.region.replaceChildren(line);
      setTimeout(() => line.remove(), CHANGE_STANDS_MS);
    });
  }

  welcome(id, row) {
    if (row.dataset.position === undefined) {
      this.waiting.set(id, row);
      this.offer(this.waiting.size, () => this.showWaiting());
      return;
    }
    this.place(row);
    this.fresh.push(id);
    this.offer(this.fresh.length, () => this.showFresh());
  }

  // In the order of positions; at the end, as a rule, where it moves nothing that is being read.
  place(row) {
    const after = [...this.list.children].find((other) => Number(other.dataset.position) > Number(row.dataset.position));
    this.list.insertBefore(document.adoptNode(row), after || null);
    awaken(row);
  }

  offer(count, show) {
    const { liveOne, liveMany, liveShow } = this.list.dataset;
    const words = document.createElement("p");
    words.textContent = (count === 1 ? liveOne : liveMany || liveOne || "").replace("{count}", count);
    if (liveShow) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn quiet";
      button.textContent = liveShow;
      button.addEventListener("click", show);
      words.append(" ", button);
    }
    this.region.replaceChildren(words);
  }

  showFresh() {
    this.region.replaceChildren();
    const row = document.getElementById(this.fresh[0]);
    this.fresh = [];
    if (row) goTo(row);
  }

  showWaiting() {
    this.region.replaceChildren();
    const rows = [...this.waiting.values()].reverse();
    this.waiting.clear();
    this.list.prepend(...rows.map((row) => document.adoptNode(row)));
    rows.forEach(awaken);
    if (rows[0]) goTo(rows[0]);
  }
}

function shortened(words) {
  return words.length > SAID_OF_A_CHANGE ? `${words.slice(0, SAID_OF_A_CHANGE).trim()}…` : words;
}

async function fetchOne(address) {
  const answer = await fetch(address, { headers: { "X-Requested-With": "live" }, redirect: "error" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`row: ${answer.status}`);
  return rowsOf(await answer.text())[0] || null;
}

function rowsOf(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [...holder.content.children].filter((row) => row.id);
}

// Puts what a row has become in the place of what it was, while somebody reads: nothing moves under the eyes, the
// keyboard stays where it was, what was unfolded stays so, and what is being written in waits until it is left.

const held = new Map();

// What one reads of a row, without its buttons: the words of a message or the line of a list, and how it stands.
function readIn(row) {
  return [".prose, .said, .removed, h3, h4", ".verif-head strong"].map((which) => {
    const words = row.querySelector(which);
    return words ? words.textContent.trim().replace(/\s+/g, " ") : "";
  });
}

function swap(now, row, done) {
  if (isHeld(now)) {
    hold(now, row, done);
    return;
  }
  held.delete(row.id);
  const focus = focusIn(now);
  const open = [...now.querySelectorAll("details")].map((one) => one.open);
  const still = whatIsRead(now);
  const there = document.adoptNode(row);
  now.replaceWith(there);
  [...there.querySelectorAll("details")].forEach((one, index) => {
    if (open[index]) one.open = true;
  });
  keepUnread(now, there);
  if (focus) focusAgain(there, focus);
  if (still) putBack(still);
  done(there);
}

// A field with the cursor in it, a form that is open, words typed and not sent.
function isHeld(row) {
  const active = document.activeElement;
  if (row.contains(active) && active.matches("input:not([type=hidden]), textarea, select")) return true;
  if (row.querySelector("form[data-open], .attest-form form")) return true;
  return [...row.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
}

function hold(now, row, done) {
  const first = !held.has(row.id);
  held.set(row.id, { row, done });
  if (!first) return;
  const again = () => {
    const there = document.getElementById(row.id);
    const kept = held.get(row.id);
    if (!there || !kept) {
      held.delete(row.id);
      return;
    }
    if (isHeld(there)) {
      there.addEventListener("focusout", later, { once: true });
      return;
    }
    swap(there, kept.row, kept.done);
  };
  // When it is left, the focus has not arrived anywhere else yet.
  const later = () => setTimeout(again, 0);
  now.addEventListener("focusout", later, { once: true });
}

function focusables(row) {
  return [...row.querySelectorAll("a[href], button, summary, [tabindex]")];
}

function focusIn(row) {
  const active = document.activeElement;
  if (row === active) return { self: true };
  if (!row.contains(active)) return null;
  return { name: nameOf(active), index: focusables(row).indexOf(active) };
}

function nameOf(control) {
  const form = control.form && control.form.getAttribute("action");
  return `${control.tagName} ${control.getAttribute("href") || form || control.textContent.trim()} ${control.name || ""}`;
}

function focusAgain(row, focus) {
  const all = focusables(row);
  const same = focus.self ? null : all.find((one) => nameOf(one) === focus.name) || all[Math.min(focus.index, all.length - 1)];
  if (!same) row.tabIndex = -1;
  (same || row).focus({ preventScroll: true });
}

// A row read from here, with its own dot, stays unread until it is seen.
function keepUnread(before, after) {
  const dot = before.querySelector(":scope > div > .who > .new");
  const who = after.querySelector(":scope > div > .who");
  if (dot && who && !who.querySelector(".new")) who.append(dot);
}

// What changes above what is read would push it: then the first thing below it is held where it is.
function whatIsRead(now) {
  if (now.getBoundingClientRect().top >= 0) return null;
  const below = now.nextElementSibling || (now.parentElement && now.parentElement.nextElementSibling);
  return below && { below, top: below.getBoundingClientRect().top };
}

// Some browsers do it themselves, after layout: what is left to do is looked at then.
function putBack({ below, top }) {
  requestAnimationFrame(() => {
    const drift = below.getBoundingClientRect().top - top;
    if (Math.abs(drift) > 1) scrollBy({ top: drift, behavior: "instant" });
  });
}

function awaken(row) {
  if (window.htmx) window.htmx.process(row);
}

function goTo(row) {
  if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// One's own words can come twice: with the answer to the form, and over the stream. The form's stay.
function keepOne(event) {
  const row = event.detail && event.detail.elt;
  if (!row || !row.id || !/^[mt]\d+$/.test(row.id)) return;
  for (const other of document.querySelectorAll(`[id="${row.id}"]`)) if (other !== row) other.remove();
}

const list = document.querySelector("[data-live-list]");
const region = document.getElementById("live");
const { live, since } = document.body.dataset;

if (live && list && region && "EventSource" in window) {
  const follower = new Follower(list, region, live, Number(since) || 0);
  // A hidden page holds no connection: browsers have few for one house. It hears the rest when it is seen again.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? follower.close() : follower.open()));
  addEventListener("pagehide", () => follower.close());
  addEventListener("pageshow", () => follower.open());
  addEventListener("online", () => follower.open());
  document.body.addEventListener("htmx:load", keepOne);
  follower.open();
}
