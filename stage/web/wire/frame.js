/** The binary answer of the wire: header length (uint32 LE), JSON header, float32 arrays. */

/**
 * @typedef {{data: Float32Array, rows: number, columns: number}} Matrix
 * @typedef {{outcome: {kind: string, step: number, sentence: string, fate: string, arrived: boolean, growth: number | null, started?: false}, points: Matrix, losses: Matrix,
 *   rates: Matrix, slopes: Matrix, gradients?: Matrix, sharpness?: Matrix, factor: number | null,
 *   optimizer_code?: string, scheduler_code?: string, cuts?: {step: number, before: number, after: number, sentence: string}[]}} Result
 */

/** @param {ArrayBuffer} buffer @returns {{header: any, matrix: (where: number[]) => Matrix}} */
export function openFrame(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const matrix = ([offset, rows, columns]) => ({
    data: new Float32Array(buffer, 4 + length + offset, rows * columns), rows, columns,
  });
  return { header, matrix };
}

/** The runs of an answer, each array under its own name. @returns {{header: any, results: Result[], matrix: (where: number[]) => Matrix}} */
export function openAnswer(buffer) {
  const { header, matrix } = openFrame(buffer);
  const results = (header.runs ?? []).map(({ arrays, ...said }) => {
    const result = { ...said };
    for (const [name, where] of Object.entries(arrays)) result[name] = matrix(where);
    return result;
  });
  return { header, results, matrix };
}

/** @param {string} text base64, as the slow road (a Streamlit rerun) carries a frame */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}
