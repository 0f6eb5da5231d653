// Looks for news every few seconds and leaves the page alone while somebody types, selects, has something unfolded or a form half filled in.
const changed = field => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
const busy = () => document.hidden || !getSelection().isCollapsed || document.querySelector('main details[open], main :is(input, select, textarea, button):focus')
  || [...document.querySelectorAll('main input')].some(changed);
const look = async () => {
  if (!busy()) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
      const news = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (answer.ok && !busy()) for (const id of ['main', 'now']) document.getElementById(id).replaceChildren(...news.getElementById(id).childNodes);
    } catch { /* The emulator is down: the next look may find it. */ }
  }
  setTimeout(look, 3000);
};
if (document.querySelector('main[data-live]')) setTimeout(look, 3000);
