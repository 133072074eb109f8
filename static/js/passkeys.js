// Passkeys: asks the browser for one, or for a new one, and sends its answer with the form.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

async function create({ publicKey }) {
  const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  const options = {
    ...publicKey, user, challenge: bytes(publicKey.challenge), excludeCredentials: named(publicKey.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey: options });
  return {
    id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: made.getClientExtensionResults(),
    response: {
      clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject),
    },
  };
}

async function get({ publicKey }) {
  const options = {
    ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: named(publicKey.allowCredentials),
  };
  const found = await navigator.credentials.get({ publicKey: options });
  const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
  return {
    id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: found.getClientExtensionResults(),
    response: {
      clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
      userHandle: userHandle ? text(userHandle) : null,
    },
  };
}

async function answer(form) {
  if (form.dataset.passkey === "create") return create(JSON.parse(form.dataset.options));
  if (form.dataset.passkey === "get") return get(JSON.parse(form.dataset.options));
  const asked = await fetch(form.action, { headers: { Accept: "application/json" } });
  return get((await asked.json()).options);
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  form.classList.add("passkey--ready");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fault = form.querySelector("[role=alert]:not(.error-summary)");
    fault.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await answer(form));
      form.submit();
    } catch {
      fault.hidden = false;
    }
  });
}
