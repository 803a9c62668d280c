// Signing in with the identity provider, where the service has one: the way there and back, and who is at the door.

import { $ } from "./dom.js";
import { t } from "./texts.js";

const FROM = "allocator.from";
const door = { provider: null, address: null, guest: null };

// Behind the # stands how a sign-in ended; what stood there before it is put back.
const came = /^#sign-in(?:=(cancelled|expired|refused|unavailable))?$/.exec(location.hash);
let outcome = came?.[1];
if (came) {
  history.replaceState(null, "", location.pathname + (sessionStorage.getItem(FROM) ?? ""));
  sessionStorage.removeItem(FROM);
}
let from = location.hash; // links within the page change it
export const forgetLink = () => { from = ""; };
$("sign-in").addEventListener("click", () => sessionStorage.setItem(FROM, from));

export async function lookWho() {
  try {
    Object.assign(door, await (await fetch("../sign-in/door")).json());
  } catch {
    return; // what else is at the door will tell that the service does not answer
  }
  drawDoor();
  const { name } = $("open").elements;
  if (!door.guest?.opens) return;
  name.value ||= door.guest.name;
  if (came) name.focus();
}

export function drawDoor() {
  const { provider, address, guest } = door;
  const opens = Boolean(guest?.opens);
  $("sign-in").hidden = !provider;
  $("sign-in").textContent = guest ? t("sign_in_again") : t("sign_in", provider);
  if (address) $("sign-in").href = guest ? `${address}?again=true` : address;
  $("sign-in").classList.toggle("other", Boolean(guest));
  $("guest").textContent = guest ? t(opens ? "guest" : "guest_may_not", guest.name || guest.subject, t(`role_${guest.role}`)) : "";
  $("sign-in-fault").textContent = outcome ? t(`sign_in_${outcome}`) : "";
  $("or-key").hidden = !provider || opens;
  $("key").hidden = $("open").elements.key.disabled = opens;
}

// Returns whether somebody was signed in who is no more.
export function guestGone() {
  if (!door.guest?.opens) return false;
  door.guest = null;
  outcome = "expired";
  drawDoor();
  return true;
}
