"use strict";

const form = document.getElementById("request");
const result = document.getElementById("result");
const fields = ["method", "path", "headers", "body"];
const most = 100;

document.documentElement.classList.add("with-script");

let updating = null;

function update() {
  updating = updating || load().finally(() => { updating = null; });
  return updating;
}

// The host sends newer calls, or the whole page if it has started anew.
async function load() {
  const calls = document.getElementById("calls");
  const answer = await fetch(`/admin/host/page?after=${calls.dataset.last}`).catch(() => null);
  document.getElementById("stopped").hidden = answer !== null && answer.ok;
  if (answer === null || !answer.ok) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const newer = page.getElementById("calls");
  const functions = page.getElementById("functions");
  if (functions !== null) {
    document.getElementById("functions").replaceWith(functions);
    calls.replaceWith(newer);
    return;
  }
  const list = calls.querySelector("ol");
  list.prepend(...newer.querySelectorAll("li"));
  while (list.children.length > most) {
    list.lastElementChild.remove();
  }
  calls.dataset.last = newer.dataset.last;
}

async function send(method, path, headers, body) {
  result.textContent = "…";
  const options = { method, headers, body: body || undefined, redirect: "manual", cache: "no-store" };
  try {
    const answer = await fetch(location.origin + path, options);
    const text = (await answer.text()).slice(0, 100000);
    const redirected = answer.type === "opaqueredirect";
    result.textContent = redirected ? "A redirect." : `${answer.status} ${answer.statusText}\n\n${text}`;
  } catch (error) {
    result.textContent = `Not sent: ${error.message}`;
  }
  await updating;
  await update();
}

function parseHeaders(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  return lines.map((line) => {
    const end = line.indexOf(":");
    return end < 0 ? [line, ""] : [line.slice(0, end).trim(), line.slice(end + 1).trim()];
  });
}

function fill(button) {
  for (const name of fields) {
    form.elements[name].value = button.dataset[name];
  }
  form.scrollIntoView({ block: "nearest" });
  form.elements.path.focus();
}

async function sendAgain(id) {
  const calls = await (await fetch("/admin/host/calls")).json();
  const call = calls.find((one) => one.id === id);
  if (call === undefined) {
    result.textContent = "The host does not have this call any more.";
    return;
  }
  await send(call.method, call.target, call.headers, call.body);
}

async function copy(text) {
  getSelection().selectAllChildren(text);
  // Browsers have a clipboard only for addresses such as localhost.
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text.textContent).catch(() => {});
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button === null) {
    return;
  }
  const item = button.closest("li");
  const acts = {
    fill: () => fill(button),
    again: () => sendAgain(item.dataset.id),
    copy: () => copy(item.querySelector(".curl")),
  };
  acts[button.dataset.act]();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [method, path, headers, body] = fields.map((name) => form.elements[name].value);
  send(method, path, parseHeaders(headers), body);
});

setInterval(() => document.hidden || update(), 500);
document.addEventListener("visibilitychange", () => document.hidden || update());
