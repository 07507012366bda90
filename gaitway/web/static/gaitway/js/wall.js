// A screen turns through its views, asks anew at each turn, says how old it is where nobody answers, and moves a little so
// that nothing burns in. Arrow keys turn by hand.

const wall = () => document.getElementById("wall");
let timer;
let turns = 0;

function age() {
  const minutes = Math.floor((Date.now() - Date.parse(wall().dataset.at)) / 60000);
  if (minutes < 2) return;
  const words = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
  wall().querySelector("[data-age]").textContent = `◌ ${wall().dataset.old.replace("#", words)}`;
}

async function turn(step) {
  clearTimeout(timer);
  const { number, count } = wall().dataset;
  const next = ((Number(number) - 1 + step + Number(count)) % Number(count)) + 1;
  try {
    const answer = await fetch(`?n=${next}`, { headers: { Accept: "text/html" }, redirect: "error" });
    if (answer.status === 404) return location.reload(); // it was ended
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wall");
    if (fresh) wall().replaceWith(document.importNode(fresh, true));
    turns += 1;
    wall().classList.add(`shift-${turns % 4}`);
  } catch {
    age();
  }
  timer = setTimeout(() => turn(1), Number(wall().dataset.seconds) * 1000);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") turn(1);
  if (event.key === "ArrowLeft") turn(-1);
});
timer = setTimeout(() => turn(1), Number(wall().dataset.seconds) * 1000);
