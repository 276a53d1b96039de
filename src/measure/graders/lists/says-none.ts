const lead = String.raw`there\s(?:(?:are|were|is|was)|(?:appears?|seems?)\sto\sbe)|i\sfound|we\sfound|es\s(?:gibt|wurden?|sind)|(?:ich|wir)\s(?:habe|haben)|il\sn'y\sa`;
/** Words that say it alone, and those that deny the noun after them. */
const alone = String.raw`none|nothing|nothing\sto\s[a-z]{2,20}|keine?|nichts|ning[uú]n[oa]?|nada|aucune?|rien|nessun[oa]?|niente|nenhuma?|geen|brak|yok|нет|нету|ничего|なし|該当なし|无|無|没有|없음|لا يوجد|कोई नहीं`;
const denied = String.raw`(?<no>no)\s(?<things>[a-z]{2,20}(?:\s[a-z]{2,20}){0,2})|(?:keine?|ning[uú]n[oa]?|aucune?|nessun[oa]?|nenhuma?|geen)\s(?<thing>\p{L}+)`;
const verb = String.raw`\s(?:(?:were|was|is|are|to be|could be)\s)?(?:found|identified|present|detected|listed|there|exist|given|mentioned|apply|applies|gefunden|vorhanden|n'a\sété\strouvée?|trouvée?s?|(?:fue\s)?encontrad[oa]s?|(?:foi\s)?encontrad[oa]s?|(?:è\sstat[oa]\s)?trovat[oa]|gevonden)`;
const place = String.raw`\s(?:in|within|by)\s(?:the|this)(?:\s\p{L}{2,20}){1,3}`;
const nothing = new RegExp(
  String.raw`^\W{0,6}(?<lead>(?:${lead})\s)?(?:${alone}|${denied})(?<verb>${verb})?(?<place>${place})?\W{0,6}$`,
  'iu',
);
/** What a task may ask for, and what is said of it: "Nessun errore" is none, "Nessun dorma" a name. */
const asked =
  /(?<!\p{L})(?:errors?|bugs?|issues?|problems?|mistakes?|items?|match(?:es)?|results?|entit(?:y|ies)|names?|cit(?:y|ies)|fehler|probleme?|ergebniss?e?|treffer|einträge|städte|stadt|orte|personen|namen|länder|wörter|lösung(?:en)?|ort|organisation(?:en)?|unternehmen|firmen?|produkte?|medikamente?|nebenwirkung(?:en)?|allergien?|symptome?|angaben?|daten|mangel|mängel|verstoß|verstöße|themen?|begriffe?|erreurs?|fautes?|problèmes?|résultats?|villes?|personnes?|noms?|pays|mots?|éléments?|entités?|errore|errores|fallos?|problemas?|resultados?|ciudad(?:es)?|personas?|nombres?|país|palabras?|elementos?|entidad(?:es)?|errori|problem[ai]|risultat[oi]|città|person[ae]|nom[ei]|paese|parol[ae]|element[oi]|entità|erros?|cidades?|pessoas?|nomes?|palavras?|entidades?|fout(?:en)?|problemen|resultaten|resultaat|steden|stad|landen|woorden|elementen|found|identified|detected|listed|mentioned|gefunden|vorhanden|trouvée?s?|encontrad[oa]s?|trovat[oa]|gevonden)(?!\p{L})/iu;
const unknown = /^(?:idea|clue)$/i;
/** "The text does not mention any cities." */
const deniesMention =
  /^\W{0,6}(?:(?:the|this)\s(?:\p{L}{2,20}\s){1,2}(?:does\snot|doesn't|did\snot|didn't)\s(?:mention|contain|include|list|name|have|state)(?=\s(?:any|a)\s)|(?:the|this)\s(?:\p{L}{2,20}\s){1,2}(?:mentions|contains|includes|lists|names|has)(?=\sno\s)|(?:there\s(?:are|is|were|was)(?:n't|\snot)|there\s(?:do|does|did)(?:n't|\snot)\s(?:appear|seem)\sto\sbe)(?=\s(?:any|a)\s)|(?:I|we)\s(?:could\snot|couldn't|cannot|can't|did\snot|didn't|do\snot|don't)\s(?:find|see|identify|detect)(?=\s(?:any|a)\s))\s(?:any|a|no)\s[^.,;:\n]{1,60}\W{0,6}$/iu;
const maxNone = 100;

/** Whether a text says that there is nothing to list. */
export function saysNone(text: string): boolean {
  if (text.length > maxNone) return false;
  const plain = text.replace(/[*_`"]/g, '');
  if (deniesMention.test(plain.replaceAll('’', "'"))) return true;
  const said = nothing.exec(plain)?.groups;
  if (said === undefined) return false;
  const what = said['things'] ?? said['thing'];
  if (what === undefined || [said['lead'], said['verb'], said['place']].some(Boolean)) return true;
  // "No complaints" is none, and "No Doubt" may be a name.
  const isPlain = said['no'] !== undefined && what === what.toLowerCase() && !unknown.test(what);
  return isPlain || asked.test(what);
}

/** Whether a text is only a dash or the like in the place of a list, as in an empty cell; "---" is a line. */
export function isNoneSign(text: string): boolean {
  return /^[\s*_`"']{0,6}(?:[-–—−]{1,2}|∅)[\s*_`"'.]{0,6}$/u.test(text);
}

/** Whether a text that may be a name, such as "Keine Macht" or "No Doubt", may say it too. */
export function maySayNone(text: string): boolean {
  return text.length <= maxNone && !/^\W{0,6}["“„«]/.test(text) && nothing.test(text);
}
