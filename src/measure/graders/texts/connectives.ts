/**
 * Words that join what an answer says, as sources of regular expressions without a group, for the
 * flags `iu` and text with plain apostrophes. Write them as `(?<!\p{L})(?:...)(?!\p{L})`. A word of
 * a list "after a comma" has a second sense ("a car", "so far", "yet to come"): ask for a comma
 * before it. Around the spaceless ones stands no space.
 */

const join = (...words: readonly string[]): string =>
  words.join('|').replaceAll(' ', String.raw`\s`);

/** German puts the verb last where "da" is "because", and Spanish "da 15" is "makes 15". */
const germanSince = String.raw`da(?=\s(?:er|sie|es|wir|man|ihr|jede[rs]?|beide|alle|der|die|das|ein|eine|nur|kein|keine)\s|\s[^.!?\n]{1,80}\s(?:hat|haben|hatten?|ist|sind|war|waren|gilt|gibt|kann|können|wird|werden|muss|müssen|kostet|kosten|enthält|enthalten|bleibt|bleiben|bekommt|bekommen|braucht|brauchen|fährt|fahren)(?:[.,;:!?*)]|\s*$))`;

/** "as" is why before a clause or a formula that ends the sentence, unlike ", as planned, and". */
const englishAs = String.raw`(?<!(?:many|much|long|old|far|tall|fast|big|large|high|same)\s)as(?=\s?$|\s(?:\$|\\[([])|\s(?:(?:he|she|it|they|we|there|this|these|each|every|both|all|the|his|her|their|its|one|\d[\d.,]*)\s|\p{L}+\s(?:is|are|has|have|had|was|were|costs?|makes?|needs?|gets?)\s)(?:(?!\s(?:and|so)\s)[^,;.!?]|[.,](?=\d)){1,200}(?:[.!?](?:\s|$)|$))`;

/** What follows is why. */
export const reasonWords = join(
  'because|since|given that|seeing that|inasmuch as',
  'weil|denn|zumal',
  "parce que|parce qu(?=')|puisque|puisqu(?=')|vu que|étant donné que",
  'porque|ya que|dado que|puesto que|debido a que',
  'perché|poiché|giacché|dato che|visto che|siccome',
  'já que|visto que|uma vez que',
  'omdat|aangezien|ponieważ|gdyż|çünkü|karena|eftersom|fordi',
  'потому что|так как|поскольку|тому що|оскільки',
);

/** What follows is why, where a comma stands before it. */
export const reasonWordsAfterComma = join(`car|${germanSince}|${englishAs}|pois|want|vì|ибо|бо`);

export const spacelessReasons = '因为|因為|由于|由於|なぜなら|왜냐하면';

/** What follows is what the rest comes to. */
export const inferenceWords = join(
  'thus|therefore|hence|consequently',
  'daher|somit|folglich|demnach|mithin',
  'donc|par conséquent',
  'por lo tanto|por tanto|por lo que|por consiguiente|así que',
  'quindi|dunque|pertanto',
  'portanto|por conseguinte',
  'dus|więc|zatem',
  'поэтому|значит|следовательно|итак|отже',
);

/** What follows is what the rest comes to, or what somebody then does: "deshalb isst er 2". */
export const resultWords = join(
  'as a result(?! of(?!\\p{L}))|accordingly',
  'deshalb|deswegen|infolgedessen',
  "c'est pourquoi",
  'en consecuencia|perciò|di conseguenza|por isso',
  'daarom|dlatego|därför|derfor',
);

export const conclusionWords = `${inferenceWords}|${resultWords}`;

/** Romance words among the next ones. */
export const romanceConclusions = 'ainsi|alors|entonces|luego|allora|così|então|logo|assim';

/** What follows is what the rest comes to, where a comma stands before it, or a sentence begins. */
export const conclusionWordsAfterComma = join(
  'so(?! (?:that|on|forth|far|many|much|called|long|too|weit|dass)(?!\\p{L}))',
  `also|${romanceConclusions}`,
);

export const spacelessConclusions = '因此|所以|したがって|よって|따라서|그러므로';

/** What follows stands against what was said before. */
export const contrastWords = join(
  'but|however|nevertheless|nonetheless',
  'aber|jedoch|sondern|allerdings|dennoch|hingegen',
  'mais|cependant|pourtant|toutefois|néanmoins|en revanche',
  'pero|sino|sin embargo|no obstante|en cambio',
  'ma(?! (?:réponse|conclusion|solution|préférence)(?!\\p{L}))|però|tuttavia|eppure',
  'mas|porém|contudo|todavia|no entanto',
  'maar|echter|jednak|lecz|fakat|ancak|tetapi|tapi|namun|nhưng|но|однако|але|проте',
);

/** What follows stands against what was said before, where a comma stands before it. */
export const contrastWordsAfterComma = join(
  'yet|still|though|doch|dagegen|invece(?! (?:di|che)(?!\\p{L}))|ale|ama|а',
);

export const spacelessContrasts = '但是|但|不过|不過|然而|しかし|ただし|けれども|하지만|그러나';
