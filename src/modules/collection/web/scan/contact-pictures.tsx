import { useTranslation } from 'react-i18next';
import { downloadUrl } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { businessCardPicture, contactBusinessCards } from '../../scan-contract.ts';
import './scan.css';

/** Photos of the business cards a person handed over; nothing for a person without. */
export default function ContactPictures({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const pages = usePages(contactBusinessCards, { params: { id: contactId }, query: { limit: 10 } });
  const items = itemsOf(pages);
  if (items.length === 0) return null;
  return (
    <section className="panel" aria-labelledby={`cards-${contactId}`}>
      <h2 id={`cards-${contactId}`}>{t('collection.scan.kept')}</h2>
      <ul className="card-pictures">
        {items.map((item) => (
          <li key={item.id}>
            <a href={downloadUrl(businessCardPicture, { params: { id: item.id } })} target="_blank" rel="noreferrer">
              <img
                src={downloadUrl(businessCardPicture, { params: { id: item.id } })}
                alt={t('collection.scan.photoOf', { day: formatTime(item.createdAt) })}
              />
            </a>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </section>
  );
}
