/** The lists of the `stopword` package (ISO 639-3) by the languages that the detector tells apart (ISO 639-1). */
const LISTS: Readonly<Record<string, string>> = {
  ar: 'ara',
  bg: 'bul',
  bn: 'ben',
  ca: 'cat',
  cs: 'ces',
  da: 'dan',
  de: 'deu',
  el: 'ell',
  en: 'eng',
  es: 'spa',
  et: 'est',
  eu: 'eus',
  fa: 'fas',
  fi: 'fin',
  fr: 'fra',
  gu: 'guj',
  he: 'heb',
  hi: 'hin',
  hr: 'hrv',
  hu: 'hun',
  hy: 'hye',
  it: 'ita',
  ja: 'jpn',
  ko: 'kor',
  ku: 'kur',
  lt: 'lit',
  lv: 'lav',
  mr: 'mar',
  ms: 'msa',
  nl: 'nld',
  no: 'nob',
  pa: 'panGu',
  pl: 'pol',
  pt: 'por',
  ro: 'ron',
  ru: 'rus',
  sk: 'slk',
  sl: 'slv',
  sv: 'swe',
  th: 'tha',
  tl: 'tgl',
  tr: 'tur',
  uk: 'ukr',
  ur: 'urd',
  vi: 'vie',
  yo: 'yor',
  zh: 'zho',
}

/** English words that the list lacks and that make poor keywords. */
const MORE_ENGLISH =
  'its his her hers their theirs our ours your yours she you us ours who whom use uses used using every each whose whom while until again any anything everything nothing something someone anyone ' +
  'nobody everybody everyone one two three first last next own put gets got does done doing makes making made just even ' +
  'ever once yet also without within via per etc may might cannot not no nor so than until whether see says said say ' +
  'when why again few less least rather quite instead about above below between during before after here there'

/** Words of `language` that say nothing of what a text is about; empty where no list is known. Loaded at first use. */
export async function stopwordsOf(language: string): Promise<ReadonlySet<string>> {
  const name = Object.hasOwn(LISTS, language) ? LISTS[language] : undefined
  if (name === undefined) return new Set()
  const { default: lists } = await import('stopword')
  const words = lists[name]
  const all = Array.isArray(words) ? words.filter((word) => typeof word === 'string') : []
  return new Set(language === 'en' ? [...all, ...MORE_ENGLISH.split(' ')] : all)
}
