// Answers the lines of the command line with the package. It runs in Node and in browsers.

/** Returns a result or an error in the shape of the command line. */
const caught = (call) => {
  try {
    return call();
  } catch ({ code, message }) {
    return { error: { code, message } };
  }
};

const PARSERS = {
  phone: ({ parsePhone }, { text, region }) => parsePhone(text, { region: region ?? "" }),
  email: ({ parseEmail }, { text, policy }) => parseEmail(text, { policy: policy ?? "default" }),
  handle: ({ parseHandle }, { text, network }) => parseHandle(text, { network }),
  id: ({ parseId }, { text, network }) => parseId(text, { network }),
};

const COMMANDS = {
  parse: (library, line) => PARSERS[line.kind](library, line),
  resolve: ({ Directory, resolve }, { directory, request, policy }) =>
    resolve(Directory.fromSnapshot(directory), request, policy),
};

/** Returns the answer to each line as JSON. */
export const answers = (library, command, lines) =>
  lines.map((line) => JSON.stringify(caught(() => COMMANDS[command](library, line))));

/** Returns the answers to requests and searches over one directory. */
export const answersOver = (library, snapshot, requests, searches) => {
  const directory = library.Directory.load(library.Directory.fromSnapshot(snapshot).save());
  const decisions = library.resolveMany(directory, requests);
  const people = searches.map(({ account, name }) => ({ people: directory.search(account, name) }));
  return [...decisions, ...people].map((answer) => JSON.stringify(answer));
};
