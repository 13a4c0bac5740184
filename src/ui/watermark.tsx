/** Who printed and when, across a printed page; style and place come from the sheet around it. */
export function Watermark({ text, className = '' }: { text: string; className?: string }) {
  return (
    <div className={`sheet-watermark ${className}`} aria-hidden="true">
      {[...'abcdefghijkl'].map((place) => (
        <span key={place}>{text}</span>
      ))}
    </div>
  );
}
