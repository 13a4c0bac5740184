/** A line of recognised text; `height` of its letters tells what is printed large. */
export interface CardLine {
  text: string;
  confidence: number;
  height: number;
}

export interface CardValue {
  value: string;
  /** Estimated probability that the value is right, 0 to 1. */
  confidence: number;
}
export interface CardPhone extends CardValue {
  type: 'mobile' | 'work' | 'whatsapp';
}
export interface CardAddress extends CardValue {
  postcode?: string;
}

/** What a business card says. */
export interface BusinessCard {
  name?: CardValue;
  nameEn?: CardValue;
  company?: CardValue;
  companyEn?: CardValue;
  department?: CardValue;
  title?: CardValue;
  /** Said again in Latin letters beside a Chinese one. */
  titleEn?: CardValue;
  phones: CardPhone[];
  faxes: CardValue[];
  emails: CardValue[];
  websites: CardValue[];
  addresses: CardAddress[];
  wechat?: CardValue;
  qq?: CardValue;
  /** Text that found no place. */
  rest: string[];
}
