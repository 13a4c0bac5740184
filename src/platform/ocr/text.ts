export interface TextLine {
  text: string;
  /** Mean probability of the characters, 0 to 1. */
  confidence: number;
  /** Upright rectangle in the picture as `rotation` turns it. */
  box: { left: number; top: number; right: number; bottom: number };
  /** How high its letters are: in a column of characters their width. */
  letters: number;
}

export interface ReadText {
  lines: TextLine[];
  /** How far the picture must be turned clockwise to stand upright. */
  rotation: 0 | 90 | 180 | 270;
  width: number;
  height: number;
}

export interface TextReader {
  /** Reads the text of a picture, top to bottom, however it was held. */
  read(picture: Uint8Array): Promise<ReadText>;
}
