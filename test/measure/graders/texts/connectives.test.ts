import { describe, expect, it } from 'vitest';
import { mathGrader } from '../../../../src/measure/graders/math.js';
import { numericGrader } from '../../../../src/measure/graders/numeric.js';

const reasons: readonly (readonly [sentence: string, words: readonly string[]])[] = [
  [
    'There are 12 apples, @ 5 children have 3 pears each.',
    ['because', 'since', 'as', 'given that'],
  ],
  ['Es sind 12 Äpfel, @ 5 Kinder je 3 Birnen haben.', ['weil', 'da', 'denn', 'zumal']],
  [
    'Il y a 12 pommes, @ 5 enfants ont chacun 3 poires.',
    ['parce que', 'puisque', 'car', 'vu que', 'étant donné que'],
  ],
  [
    'Hay 12 manzanas, @ 5 niños tienen 3 peras cada uno.',
    ['porque', 'ya que', 'dado que', 'puesto que'],
  ],
  [
    'Ci sono 12 mele, @ 5 bambini hanno 3 pere ciascuno.',
    ['perché', 'poiché', 'dato che', 'visto che', 'siccome'],
  ],
  ['Há 12 maçãs, @ 5 crianças têm 3 peras cada.', ['porque', 'pois', 'já que', 'uma vez que']],
  ['Er zijn 12 appels, @ 5 kinderen hebben elk 3 peren.', ['omdat', 'want', 'aangezien']],
  ['Есть 12 яблок, @ у 5 детей по 3 груши.', ['потому что', 'так как', 'поскольку']],
];

const conclusions: readonly (readonly [sentence: string, words: readonly string[]])[] = [
  [
    'Ann has 5 boxes and 4 baskets, @ she has 20 pears.',
    ['so', 'thus', 'hence', 'therefore', 'consequently', 'as a result'],
  ],
  [
    'Anna hat 5 Kisten und 4 Körbe, @ hat sie 20 Birnen.',
    ['also', 'daher', 'deshalb', 'deswegen', 'somit', 'folglich', 'demnach'],
  ],
  [
    'Anna a 5 caisses et 4 paniers, @ elle a 20 poires.',
    ['donc', 'ainsi', 'alors', 'par conséquent', "c'est pourquoi"],
  ],
  [
    'Ana tiene 5 cajas y 4 cestas, @ tiene 20 peras.',
    ['por lo tanto', 'por tanto', 'así que', 'entonces', 'luego', 'por lo que', 'por consiguiente'],
  ],
  [
    'Anna ha 5 casse e 4 cesti, @ ha 20 pere.',
    ['quindi', 'dunque', 'perciò', 'pertanto', 'di conseguenza', 'allora', 'così'],
  ],
  ['Ana tem 5 caixas e 4 cestos, @ tem 20 peras.', ['portanto', 'por isso', 'então', 'logo']],
  ['Anna heeft 5 kisten en 4 manden, @ heeft ze 20 peren.', ['dus', 'daarom']],
  ['У Анны 5 ящиков и 4 корзины, @ у неё 20 груш.', ['поэтому', 'значит', 'следовательно']],
];

const contrasts: readonly (readonly [sentence: string, words: readonly string[]])[] = [
  [
    'She pays $12, @ without the discount she would pay $15.',
    ['but', 'however', 'yet', 'nevertheless'],
  ],
  [
    'Sie zahlt 12 €, @ würde sie ohne Rabatt 15 € zahlen.',
    ['aber', 'jedoch', 'doch', 'allerdings'],
  ],
  [
    'Elle paie 12 €, @ sans la remise elle paierait 15 €.',
    ['mais', 'cependant', 'pourtant', 'toutefois'],
  ],
  [
    'Paga 12 €, @ sin el descuento pagaría 15 €.',
    ['pero', 'sin embargo', 'no obstante', 'en cambio'],
  ],
  ['Paga 12 €, @ senza sconto pagherebbe 15 €.', ['ma', 'però', 'tuttavia']],
  ['Paga 12 €, @ sem desconto pagaria 15 €.', ['mas', 'porém', 'contudo', 'no entanto']],
];

const fill = (rows: typeof reasons): readonly string[] =>
  rows.flatMap(([sentence, words]) => words.map((word) => sentence.replace('@', word)));

function readNumber(answer: string, reference: number): number | 'ungraded' {
  const grade = numericGrader.grade({ answer, reference, options: {} });
  return grade.kind === 'graded' ? grade.quality : 'ungraded';
}

describe('the words that join sentences', () => {
  it.each(fill(reasons))('end what a number is said to be: %s', (answer) => {
    expect(readNumber(answer, 12)).toBe(1);
    expect(readNumber(answer, 3)).toBe(0);
  });

  it.each(fill(conclusions))('begin what a number is said to be: %s', (answer) => {
    expect(readNumber(answer, 20)).toBe(1);
    expect(readNumber(answer, 4)).toBe(0);
  });

  it.each(fill(contrasts))('part what is from what would be: %s', (answer) => {
    expect(readNumber(answer, 12)).toBe(1);
    expect(readNumber(answer, 15)).toBe(0);
  });

  it.each(reasons.flatMap(([, words]) => words))('end what a formula is said to be: %s', (word) => {
    const answer = `$x = 4$, ${word} $2^4 = 16$.`;
    expect(mathGrader.grade({ answer, reference: '4', options: {} })).toMatchObject({ quality: 1 });
    expect(mathGrader.grade({ answer, reference: '16', options: {} })).toMatchObject({
      quality: 0,
    });
  });

  it.each([
    ['1 car needs 20 liters, so 2 cars need 40 liters.', 40],
    ['There are 3 car parks with 20 spaces each, so 60 cars fit.', 60],
    ['She wants 12 of them, as many as Tom.', 12],
    ['He has 8 left, so far.', 8],
    ['He buys 3 more, so that he has 8.', 8],
    ['Ha 12 mele, così come Luca.', 12],
    ['Sie hat 12 Äpfel, also 3 mehr als Tom.', 12],
    ['Sie hat 12 Äpfel, so viele wie Tom und Ben zusammen (5 + 7).', 12],
    ['Ana tiene 12 peras. Luego compra 3 más. Tiene 15.', 15],
    ['After selling 5 cards to Al, Bo has 10 cards left.', 10],
    ['If Al is 12, Bo is 24.', 24],
    ['She works 8 hours, as planned, and earns $160.', 160],
    ['The first costs $20, as does the second, and the total cost is $40.', 40],
    ['He walks 2 miles there, as usual, and 4 miles in total.', 4],
    ['The 4 friends split it, as agreed, and each pays $20.', 20],
    ['She has 3 bags, as the bag holds 15 and the total is 45.', 45],
    ['He gets 15 more, as a result of the 3 bonuses.', 15],
  ])('keep their other senses: %s', (answer, reference) => {
    expect(readNumber(answer, reference)).toBe(1);
  });

  it.each([
    ['Er hat 10 Äpfel und isst 5, da bleiben 5 übrig.', 10],
    ['Si sumamos 7 y 8, da 15.', 8],
    ['1 car costs 20000 dollars.', 1],
    ['24 car batteries weigh 480 kg.', 24],
    ['Ana tiene 12 peras, luego compra 3.', 3],
    ['Es bleiben 15 Äpfel übrig, deswegen isst er 2 davon.', 15],
    ['Zij heeft nog 15 euro, daarom koopt ze 2 boeken.', 15],
    ['Ela fica com 15 reais, por isso compra 3 livros.', 15],
    ["Il lui reste 15 euros, c'est pourquoi il achète 3 livres.", 15],
    ['她有20个苹果，于是吃了12个。', 20],
    ['Jeder zahlt 12 €, deshalb ist das günstiger als 15 €.', 12],
    ['She has 3 bags of 15, as such she has 45 apples.', 45],
    ['Tenía 12 y regaló 5, así que quedan ocho manzanas.', 5],
  ])('decide nothing where they have another sense: %s', (answer, reference) => {
    expect(readNumber(answer, reference)).toBe('ungraded');
  });
});
