// The decision as a picture: payload, readings, people and action, from left to right.

const WIDTH = 210;
const GAP = 34;
const HEIGHT = 60;
const ROW = 78;
const TOP = 44;
const NAMESPACE = "http://www.w3.org/2000/svg";
const COLUMNS = ["Payload", "Read as", "People", "Decision"];

const element = (name, attributes, ...children) => {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
};

const shortened = (text, most) => {
  const characters = [...String(text)];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : characters.join("");
};

/** A person by name, id, or the identifier that is known. */
const nameOf = ({ fullName, userID, identifier }) => fullName ?? userID ?? identifier?.value ?? "without a name";

const payloadBoxes = ({ user }) =>
  Object.entries(user)
    .filter(([, text]) => text !== undefined)
    .map(([field, text]) => ({ key: field, title: text, note: field }));

const readingBoxes = ({ read = [], fields = {} }) => {
  const readings = read.map(({ field, kind, value, certainty }) => ({
    key: `${kind} ${value}`,
    from: [field],
    title: value,
    note: `${kind}, ${certainty}`,
  }));
  // A reading of two fields is one box.
  const joined = [];
  for (const reading of readings) {
    const same = joined.find(({ key }) => key === reading.key);
    if (same === undefined) joined.push(reading);
    else same.from.push(...reading.from);
  }
  const rejected = Object.entries(fields).map(([field, code]) => ({
    key: `rejected ${field}`,
    from: [field],
    title: code,
    note: "cannot be used",
    style: "rejected",
  }));
  return [...joined, ...rejected];
};

/** The chosen person, or the people between whom the payload does not decide, and the people that lost. */
const peopleBoxes = (decision, readings) => {
  const keysOf = ({ via = [] }) => readings.filter(({ from }) => from.some((field) => via.includes(field))).map(({ key }) => key);
  const usable = readings.filter(({ style }) => style === undefined).map(({ key }) => key);
  const candidates = (decision.candidates ?? []).map((person) => ({ person, note: "may be meant", isMeant: true }));
  const lost = (decision.conflicts ?? []).map((person) => ({ person, note: person.code, style: "rejected" }));
  const boxes = [...candidates, ...lost].map(({ person, note, style, isMeant }) => ({
    key: `person ${person.userID ?? nameOf(person)} ${note}`,
    from: keysOf(person),
    title: nameOf(person),
    note: person.userID === undefined ? note : `${person.userID}, ${note}`,
    style,
    isMeant,
  }));
  if (decision.userID !== undefined) {
    const note = decision.chosenBy === undefined ? decision.userID : `${decision.userID}, by ${decision.chosenBy}`;
    boxes.unshift({ key: "chosen", from: usable, title: nameOf(decision), note, isMeant: true });
  } else if (decision.decision === "create") {
    boxes.unshift({ key: "chosen", from: usable, title: "not known yet", note: "the network is asked", isMeant: true });
  }
  return boxes;
};

const ACTIONS = {
  reuse: ({ chatID }) => ({ title: "reuse", note: chatID }),
  create: ({ attempts, invite }) => ({ title: invite ? "create, with an invite" : "create", note: `with ${attempts[0]?.value}` }),
  refuse: ({ code, status }) => ({ title: "refuse", note: `${code} (${status})` }),
};

const box = ({ title, note, style = "" }, x, y) =>
  element(
    "g",
    {},
    element("rect", { x, y, width: WIDTH, height: HEIGHT, rx: 8, class: style }),
    element("text", { x: x + 12, y: y + 25, class: "title" }, shortened(title, 22)),
    element("text", { x: x + 12, y: y + 45, class: "faint" }, shortened(note, 27)),
    element("title", {}, `${title}: ${note}`),
  );

/** Returns the picture of a decision. `description` is its text for people who do not see it. */
export const picture = (request, decision, description) => {
  const readings = readingBoxes(decision);
  const people = peopleBoxes(decision, readings);
  const meant = people.filter(({ isMeant }) => isMeant).map(({ key }) => key);
  const action = {
    key: "action",
    from: meant.length > 0 ? meant : readings.map(({ key }) => key),
    ...ACTIONS[decision.decision](decision),
    style: decision.decision,
  };
  const columns = [payloadBoxes(request), readings, people, [action]];
  const rows = Math.max(...columns.map(({ length }) => length), 1);
  const height = TOP + rows * ROW;
  const width = COLUMNS.length * WIDTH + (COLUMNS.length - 1) * GAP + 32;
  const places = new Map();
  const drawn = columns.flatMap((boxes, column) => {
    const x = 16 + column * (WIDTH + GAP);
    const first = TOP + ((rows - boxes.length) * ROW) / 2;
    return boxes.map((shape, row) => {
      const y = first + row * ROW;
      places.set(shape.key, { x, y });
      return box(shape, x, y);
    });
  });
  const lines = columns.flat().flatMap(({ key, from = [], style }) =>
    from.flatMap((start) => {
      const [a, b] = [places.get(start), places.get(key)];
      if (a === undefined || b === undefined) return [];
      const [x1, y1, x2, y2] = [a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
      const middle = (x1 + x2) / 2;
      const d = `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
      return [element("path", { d, class: style === "rejected" ? "rejected" : "" })];
    }),
  );
  const heads = COLUMNS.map((title, column) =>
    element("text", { x: 16 + column * (WIDTH + GAP), y: 26, class: "faint" }, title),
  );
  return element(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": description },
    ...lines,
    ...heads,
    ...drawn,
  );
};
