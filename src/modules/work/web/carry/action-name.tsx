/** Text of a button in a list, and for screen readers what it acts on. */
export function ActionName({ text, of }: { text: string; of: string }) {
  return (
    <>
      {text}
      <span className="visually-hidden"> {of}</span>
    </>
  );
}
