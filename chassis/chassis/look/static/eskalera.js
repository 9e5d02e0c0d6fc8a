// Everything works without this file. With it: one send per tap, drafts that survive a lost network, fresh pages.
"use strict";

const person = document.body.dataset.person ?? "";
const DRAFT = "eskalera:utkast:";
const DAY = 24 * 60 * 60 * 1000;

// Storage may be switched off (private windows, policies): then there are simply no drafts.
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(DRAFT)); } catch { return []; } },
};

// A draft belongs to a person, lives a day, and is gone when the person signs out or another signs in.
// A page that says what failed may not know who is here; what it answers was not sent, so drafts stay.
const mine = `${DRAFT}${person}:`;
const failed = document.querySelector(".failure");
for (const key of store.keys()) {
  const old = (store.get(key)?.at ?? 0) < Date.now() - DAY;
  const others = !person || !key.startsWith(mine);
  if (old || (failed ? key.endsWith(":sent") : others)) store.drop(key);
}
const forget = () => store.keys().forEach((key) => store.drop(key));

function keepDrafts(form) {
  if (!person) return;
  const boxes = [...form.querySelectorAll("[data-draft]")];
  const note = form.querySelector("[data-draft-kept]");
  const tell = (saved) => { if (note) note.hidden = !saved || !boxes[0].value.trim(); };
  let back = false;
  const keyOf = (box) => `${mine}${new URL(form.action).pathname}:${box.name}:${form.elements.answers?.value ?? ""}`;
  for (const box of boxes) {
    const kept = store.get(keyOf(box));
    if (box !== boxes[0] && box.type !== "textarea") { // a choice, a room: it comes back with its words, never alone
      const known = !(box instanceof HTMLSelectElement) || [...box.options].some((one) => one.value === kept?.text);
      if (!back && !boxes[0].value.trim()) store.drop(keyOf(box));
      const chosen = back && kept && known && (box.type !== "radio" || box.value === kept.text);
      if (chosen) {
        if (box.type === "radio") box.checked = true;
        else box.value = kept.text;
        box.closest("details")?.setAttribute("open", "");
      }
    } else if (kept && !box.value.trim()) {
      box.value = kept.text;
      back = true;
      box.closest("details")?.setAttribute("open", "");
    }
    box.addEventListener("input", () => {
      const isBlank = !box.value.trim();
      if (isBlank) store.drop(keyOf(box));
      tell(isBlank ? boxes[0].value : store.set(keyOf(box), { text: box.value, at: Date.now() }));
    });
  }
  tell(back);
  // The draft goes when the server has answered with another page, not when the button is pressed.
  form.addEventListener("submit", () => store.set(`${mine}sent`, { at: Date.now(), keys: boxes.map(keyOf) }));
}
// What was sent is gone before anything comes back, but for a form that comes back with what is wrong.
{
  const sent = store.get(`${mine}sent`);
  const wrong = [...document.querySelectorAll("form")].filter((form) => form.querySelector("[aria-invalid]"));
  const back = wrong.map((form) => `${mine}${new URL(form.action).pathname}:`);
  if (sent && !document.querySelector("[data-focus]")) {
    sent.keys.filter((key) => !back.some((start) => key.startsWith(start))).forEach(store.drop);
    store.drop(`${mine}sent`);
  }
}
document.querySelectorAll("[data-draft-form]").forEach(keepDrafts);
document.querySelectorAll("form[data-forget]").forEach((form) => form.addEventListener("submit", forget));

// One send per tap. The button keeps its place; coming back by history makes it ready again.
const once = (part) => part.querySelectorAll("form[data-once], form.composer").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (!button?.dataset.busy) return;
    button.dataset.rest = button.textContent;
    button.setAttribute("aria-disabled", "true");
    setTimeout(() => { button.lastChild.textContent = button.dataset.busy; });
  });
});
once(document);
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-rest]")) {
      button.lastChild.textContent = button.dataset.rest;
      button.removeAttribute("aria-disabled");
    }
  }
});

// The error summary comes first to eye and reader; a toast can be put away.
document.querySelector("[data-focus]")?.focus();
// Beside the bar that there is news, never upon it.
const bars = document.querySelector(".new-bar");
document.querySelectorAll("body > [data-toast]").forEach((toast) => bars?.append(toast));
document.querySelectorAll("[data-toast]").forEach((toast) => {
  const close = toast.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => toast.remove());
});
// What is to be carried elsewhere is copied whole; without this file, or where the browser forbids it, it is marked by hand.
document.querySelectorAll("[data-copy]").forEach((button) => {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => navigator.clipboard.writeText(source.textContent).then(
    () => { button.querySelector("[role=status]").textContent = button.dataset.copied; },
    () => getSelection().selectAllChildren(source),
  ));
});
document.querySelectorAll("details.menu").forEach((menu) => {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
  });
});

// What can't be undone asks in a native dialog; without this file it folds out instead.
const dialogs = (part) => part.querySelectorAll("[data-dialog]").forEach((box) => {
  const dialog = document.createElement("dialog");
  const form = box.querySelector("form");
  dialog.setAttribute("aria-labelledby", form.querySelector("h2").id);
  dialog.append(form);
  box.after(dialog);
  const cancel = form.querySelector("[data-cancel]");
  cancel.hidden = false;
  cancel.addEventListener("click", () => dialog.close());
  box.querySelector("summary").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
    (form.querySelector("textarea") ?? cancel).focus(); // Enter alone undoes nothing
  });
});
dialogs(document);

// "Nej, något annat" puts what is offered away for this form.
const dismissed = new Set();
function offers(root) {
  const known = [...root.querySelectorAll("[data-known]")];
  for (const one of known) if (dismissed.has(one.dataset.known)) one.remove();
  const box = root.querySelector(".known");
  if (!root.querySelector("[data-known]")) return box?.remove();
  const button = root.querySelector("[data-dismiss]");
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const one of known) dismissed.add(one.dataset.known);
    box.remove();
    document.getElementById("text")?.focus();
  });
}
const place = document.getElementById("kanda");
if (place) offers(place);

const asking = document.querySelector("[data-suggest]");
if (asking && place) {
  let waiting = 0;
  let turn = 0;
  const ask = async () => {
    const form = asking.form;
    const isFault = (form.elements.kind?.value ?? "incident") === "incident";
    if (!isFault) { turn++; place.dataset.shown = place.innerHTML = ""; }
    if (!isFault || asking.value.trim().length < 8) return;
    const mineTurn = ++turn;
    const query = new URLSearchParams({ text: asking.value.slice(0, 500), school: form.elements.school?.value ?? "", service: form.elements.service?.value ?? "" });
    try {
      const answer = await fetch(`${asking.dataset.suggest}?${query}`, { headers: { accept: "text/html" } });
      if (!answer.ok || mineTurn !== turn) return;
      const html = await answer.text();
      if (html.trim() === place.dataset.shown) return;
      place.dataset.shown = html.trim();
      place.innerHTML = html;
      offers(place);
    } catch { /* no network: the form works all the same */ }
  };
  asking.form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 400); });
}

// On paper stands how old "i dag 07:14" is: as old as the last answer, where parts of the page are fetched anew.
const drawn = document.querySelector("[data-drawn]");
function redrawn(answer) {
  const language = document.documentElement.lang === "en" ? "en-GB" : "sv-SE";
  const format = { dateStyle: "full", timeStyle: "short", timeZone: drawn?.dataset.drawn };
  if (drawn) drawn.textContent = new Intl.DateTimeFormat(language, format).format(new Date(answer.headers.get("date") ?? Date.now()));
}

// Fresh parts: poll while the page is seen; quick right after a step, slower with time. Never under a hand.
function poll(url, show, first = 2000, longest = 30000) {
  let pause = first;
  let last = null;
  const again = () => setTimeout(step, pause);
  const step = async () => {
    if (document.hidden) return again();
    try {
      const answer = await fetch(url, { headers: { accept: "text/html" } });
      if (answer.status === 401 || answer.status === 403 || answer.status === 404 || answer.redirected) return;
      if (answer.ok) {
        const html = await answer.text();
        redrawn(answer);
        if (html !== last) {
          if (last !== null) pause = first;
          last = html;
          show(html);
        }
      }
    } catch { /* offline: try again later */ }
    pause = Math.min(pause * 1.3, longest);
    again();
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) pause = first; });
  again();
}
function swap(target, html) {
  if (target.innerHTML.trim() === html.trim() || target.contains(document.activeElement)) return;
  target.innerHTML = html;
  once(target);
}
const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

// Forms are never exchanged under somebody's hands: a bar says that there is news, and what was begun comes along.
const news = document.querySelector("[data-news]");
const CARRIED = `eskalera:medtaget:${person}`;
const boxes = () => [...document.querySelectorAll("main :is(input, textarea, select)[name]")]
  .filter((box) => box.form && !["hidden", "file"].includes(box.type));
const ticks = (box) => ["checkbox", "radio"].includes(box.type);
const begun = (box) => (box.form.querySelector("[aria-invalid]") ? true : ticks(box) ? box.checked !== box.defaultChecked
  : box instanceof HTMLSelectElement ? box.selectedIndex !== Math.max(0, [...box.options].findIndex((one) => one.defaultSelected))
  : box.value !== box.defaultValue);
const nameOf = (box) => [new URL(box.form.action).pathname, box.name, ticks(box) ? box.value : ""].join(" ");
news?.querySelector("button").addEventListener("click", () => {
  const kept = boxes().filter(begun).map((box) => [nameOf(box), ticks(box) ? box.checked : box.value]);
  try { sessionStorage.setItem(CARRIED, JSON.stringify(kept)); } catch { /* drafts are kept all the same */ }
  location.assign(news.dataset.address);
});
try {
  const carried = new Map(JSON.parse(sessionStorage.getItem(CARRIED) ?? "[]"));
  sessionStorage.removeItem(CARRIED);
  for (const box of boxes().filter((each) => carried.has(nameOf(each)))) {
    box[ticks(box) ? "checked" : "value"] = carried.get(nameOf(box));
    box.closest("details")?.setAttribute("open", "");
  }
} catch { /* nothing came along */ }

// What the live part shows is what the forms beside it are about: untouched ones are exchanged whole. Where something was
// begun, each form that is still there takes the version that is now seen, and what was chosen in it must still be there.
const side = document.querySelector("[data-forms]");
function follow(source) {
  if (!side || !source || source.dataset.forms === side.dataset.forms) return;
  const begins = boxes().some((box) => side.contains(box.form) && begun(box));
  if (!begins && !side.contains(document.activeElement) && !side.querySelector("dialog[open]")) {
    const open = [...side.querySelectorAll("details[open][id]")].map((one) => one.id);
    side.innerHTML = source.innerHTML;
    side.dataset.forms = source.dataset.forms;
    dialogs(side);
    once(side);
    side.querySelectorAll("[data-draft-form]").forEach(keepDrafts);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    return;
  }
  const fresh = new Map([...source.content.querySelectorAll("form")].map((form) => [form.getAttribute("action"), form]));
  for (const form of side.querySelectorAll("form")) {
    const now = fresh.get(form.getAttribute("action"))?.querySelector("[name=seen_version]");
    const fits = [...form.querySelectorAll("select")].every((box) => !box.value
      || [...fresh.get(form.getAttribute("action"))?.querySelectorAll(`select[name="${box.name}"] option`) ?? []].some((one) => one.value === box.value));
    const seen = form.querySelector("[name=seen_version]");
    if (now && seen && fits) seen.value = now.value;
  }
}

document.querySelectorAll("[data-live]").forEach((part) => {
  poll(part.dataset.live, (html) => {
    const fresh = parse(html);
    let kept = false; // what somebody has begun with in a part
    for (const target of document.querySelectorAll("[data-live-part]")) {
      const source = fresh.querySelector(`template[data-for="${target.dataset.livePart}"]`);
      if (source && boxes().some((box) => target.contains(box) && begun(box))) kept ||= source.innerHTML.trim() !== target.innerHTML.trim();
      else if (source) swap(target, source.innerHTML);
    }
    const forms = fresh.querySelector("template[data-forms]");
    follow(forms);
    const mark = fresh.querySelector("template[data-news]")?.dataset;
    const seen = !kept && side && (!forms || forms.dataset.forms === side.dataset.forms) && mark?.rest === news?.dataset.rest;
    if (news && mark) news.hidden = seen || mark.news === news.dataset.news;
    fresh.querySelectorAll("template").forEach((source) => source.remove());
    swap(part, fresh.innerHTML);
  });
});

// The queue: known rows are refreshed in place, new ones wait behind a bar.
const queue = document.querySelector("[data-live-queue]");
if (queue) {
  const bar = document.querySelector("[data-new-bar]");
  const button = bar.querySelector("button");
  button.addEventListener("click", () => location.reload());
  poll(queue.dataset.liveQueue, (html) => {
    const fresh = parse(html);
    let unseen = 0;
    for (const row of fresh.querySelectorAll("tr[data-id]")) {
      const old = queue.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"]`);
      if (!old) unseen += 1;
      else if (!old.contains(document.activeElement) && old.innerHTML !== row.innerHTML) old.replaceWith(row);
    }
    bar.hidden = unseen === 0;
    button.textContent = unseen === 1 ? button.dataset.one : button.dataset.other.replace("#", unseen);
  }, 5000, 30000);

  // Single keys work only while the focus is within the list (WCAG 2.1.4).
  const links = () => [...queue.querySelectorAll(".row-link")];
  queue.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = links().indexOf(document.activeElement);
    const step = { j: 1, k: -1 }[event.key];
    const part = { a: "tilldela", h: "lamna-over", r: "los" }[event.key];
    if (step) links()[Math.max(0, at + step)]?.focus();
    else if (part && at >= 0) location.assign(`${document.activeElement.href}#${part}`);
    else return;
    event.preventDefault();
  });
}

// An address that names a folded form opens it, also when a link on the page does.
function unfold() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(named instanceof HTMLDetailsElement)) return;
  named.open = true;
  named.querySelector("select, textarea, input:not([type=hidden])")?.focus();
}
unfold();
addEventListener("hashchange", unfold);
