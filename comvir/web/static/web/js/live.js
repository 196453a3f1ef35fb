// A page that follows what happens while it is open. It is told ids only, and fetches what they stand for
// as anybody would, so that it never shows more than the page itself would.
//
// <body data-live="thread=12" data-since="345">      what to follow, and the last deed the page already shows
// <ol data-live-list                                 rows have the id m<message>, or t<thread> in lists of threads
//     data-live-url="/m/{message}/?fragment=row"     or "/t/{thread}/row"
//     data-live-one="One new answer" data-live-many="{count} new answers" data-live-show="Show">
// <li id="m99" data-position="7">                    rows with a position are kept in its order
// <div id="live" aria-live="polite"></div>           where it is said that something is new

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60000;

class Follower {
  constructor(list, region, what, since) {
    this.list = list;
    this.region = region;
    this.what = what;
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
    const id = this.idOf(deed);
    if (!id) return;
    const there = document.getElementById(id);
    if (!there && deed.verb !== "said" && deed.verb !== "restored") return;
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

  async fetchRow(deed) {
    const address = this.list.dataset.liveUrl.replace("{message}", deed.message).replace("{thread}", deed.thread);
    const answer = await fetch(address, { headers: { "X-Requested-With": "live" }, redirect: "error" });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`row: ${answer.status}`);
    return rowsOf(await answer.text())[0] || null;
  }

  async fetchAll() {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) throw new Error(`page: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.querySelector("[data-live-list]");
    for (const row of list ? [...list.children] : []) {
      const now = row.id && document.getElementById(row.id);
      if (now) this.replace(now, row);
      else if (row.id) this.welcome(row.id, row);
    }
  }

  // What is being written in, or held by the keyboard, is left as it is.
  replace(now, row) {
    if (now.contains(document.activeElement) || now.querySelector("form[data-open]")) return;
    now.replaceWith(row);
    awaken(row);
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

function rowsOf(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return [...holder.content.children].filter((row) => row.id);
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
