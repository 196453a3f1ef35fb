// Photos leave the phone small and without where they were taken, each as soon as it is chosen, so that it can be
// described while one writes. Without this script they go with the form, and the house does the same to them.

const LONGEST = 1600;
const QUALITY = 0.85;
// What the house takes in one go, the form around it included.
const MOST_BYTES = 10 * 1024 * 1024;

for (const box of document.querySelectorAll("[data-pictures]")) watch(box);
// htmx brings an emptied form after each answer.
document.addEventListener("htmx:load", (event) => {
  for (const box of event.detail.elt.querySelectorAll?.("[data-pictures]") ?? []) watch(box);
});

function watch(box) {
  if (box.dataset.watched) return;
  box.dataset.watched = "yes";
  const input = box.querySelector("input[type='file']");
  const one = box.querySelector("[data-without-script]");
  // Each photo brings its own.
  if (one) one.remove();
  input.addEventListener("change", () => send(box, input));
  box.addEventListener("change", (event) => {
    if (event.target.name === "picture") event.target.closest(".kept").classList.toggle("out", !event.target.checked);
  });
}

async function send(box, input) {
  const files = [...input.files];
  if (!files.length) return;
  const form = input.form;
  const buttons = [...form.querySelectorAll("button")].filter((button) => !button.disabled);
  // A message sent meanwhile would go without its photos.
  for (const button of buttons) button.disabled = true;
  say(box, box.dataset.preparing);
  for (const error of box.querySelectorAll(".err")) error.remove();
  const failed = [];
  let came = 0;
  for (const file of files) {
    const outcome = await sendOne(box, form, file, files.length > 1);
    if (outcome === "failed") failed.push(file);
    if (outcome === "here") came += 1;
  }
  for (const button of buttons) button.disabled = false;
  keep(input, failed);
  say(box, failed.length ? box.dataset.failed : came ? box.dataset.ready : "");
}

// "here" when it is on the desk; "refused" when the house said why not, and that is shown; "failed" otherwise.
async function sendOne(box, form, file, named) {
  const light = await lighter(file).catch(() => null);
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.querySelector("[name='csrfmiddlewaretoken']").value);
  for (const kept of box.querySelectorAll("[data-desk] input")) {
    if (kept.type !== "checkbox" || kept.checked) body.append(kept.name, kept.value);
  }
  if (!light && file.size > MOST_BYTES) body.set("shrink", "yes");
  body.set("pictures", light || file, file.name);
  try {
    const answer = await fetch(box.dataset.pictures, { method: "POST", body, redirect: "error" });
    if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) return "failed";
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    const error = told.querySelector("#pictures-error");
    if (!answer.ok && !error) return "failed";
    if (error && named) error.querySelector("span").prepend(`${file.name}: `);
    show(box, told, error);
    return error ? "refused" : "here";
  } catch {
    return "failed";
  }
}

function show(box, told, error) {
  const desk = box.querySelector("[data-desk]");
  if (error) desk.before(error);
  for (const one of told.querySelectorAll("[data-picture]")) {
    if (!desk.querySelector(`[data-picture="${one.dataset.picture}"]`)) desk.append(one);
  }
}

// Only what failed stays chosen, to go with the form.
function keep(input, files) {
  const left = new DataTransfer();
  for (const file of files) left.items.add(file);
  input.files = left.files;
}

// The picture drawn anew, upright, at most LONGEST on its longer side: what the file told besides is not drawn.
async function lighter(file) {
  if (!honest()) return null;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#fff";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

// Some browsers guard against being recognised by giving noise for what is drawn: then the file itself goes.
function honest() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const paper = canvas.getContext("2d");
  paper.fillStyle = "#2a6496";
  paper.fillRect(0, 0, 1, 1);
  return [...paper.getImageData(0, 0, 1, 1).data].join() === "42,100,150,255";
}

function say(box, words) {
  box.querySelector("[data-status]").textContent = words;
}
