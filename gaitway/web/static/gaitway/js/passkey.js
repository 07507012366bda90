// Passkeys: a form with data-passkey asks the device and posts its answer. Without it, passwords and codes remain.

const live = document.getElementById("live");
const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON && window.isSecureContext;

async function options(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
  const answer = await fetch(form.dataset.from, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options.publicKey;
}

async function create(form) {
  const asked = await options(form);
  const alone = form.elements.passwordless.checked;
  asked.authenticatorSelection = {
    ...asked.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : "preferred",
  };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
}

async function get(form) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await options(form)) });
}

for (const form of able ? document.querySelectorAll("[data-passkey]") : []) {
  form.hidden = false;
  form.querySelector("[data-without]")?.remove();
  form.querySelector('button[type="button"]').addEventListener("click", async () => {
    try {
      const found = await (form.dataset.passkey === "create" ? create(form) : get(form));
      form.elements.credential.value = JSON.stringify(found.toJSON());
      form.submit();
    } catch {
      live.textContent = form.dataset.failed; // the device or the person refused, and says so itself
    }
  });
}
