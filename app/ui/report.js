// A report in a frame that may run nothing: no script, no form, no link out, an origin of its own.
export default function (component) {
  const { data, parentElement } = component;
  const frame = parentElement.querySelector("iframe") ?? document.createElement("iframe");
  if (frame.srcdoc === data.html) return;
  frame.setAttribute("sandbox", "");
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.title = data.title;
  frame.tabIndex = 0; // the keyboard scrolls it
  frame.srcdoc = data.html;
  if (!frame.isConnected) parentElement.append(frame);
}
