/** Files for the reader's own disk, made in the browser. */

/** @param {string} name @param {Blob} content */
export function saveFile(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * Ask for a report and save it; the answer, where it was refused. As long as it is being made the
 * page's state says `working`.
 */
export async function saveReport(store, connection, request) {
  store.set({ working: true });
  const answer = await connection.ask({ kind: "read_report", ...request });
  store.set({ working: false });
  if (answer.kind === "refused") return answer;
  saveFile(answer.data.name, new Blob([answer.data.html], { type: "text/html" }));
  return null;
}
