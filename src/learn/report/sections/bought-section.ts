import type { AddedModel } from '../../adaptive/added/added-record.js';
import type { AdaptiveRecord } from '../../adaptive/adaptive-record.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatDistance, formatKnownMoney, formatPoints, formatShare } from '../typeset-number.js';
import { renderName, renderSection, renderTable, simulatedTag } from './parts.js';

/** What adaptive sweeps bought, and why they ended; nothing for a sweep of all cells. */
export function renderBought({ adaptive, added, simulated }: Report): Html {
  if (adaptive === null && added.length === 0) return html``;
  return renderSection(
    'bought',
    'What the sweep bought',
    ...(adaptive === null ? [] : renderAdaptive(adaptive, simulated)),
    ...(added.length === 0 ? [] : renderAdded(added, simulated)),
  );
}

function renderAdaptive(adaptive: AdaptiveRecord, simulated: boolean): HtmlValue[] {
  const { cells, heldOutPrompts, evidence, worth, stoppedModels } = adaptive;
  const { neverHeldOutPrompts } = adaptive;
  const notBought = Math.max(0, cells.all - cells.learning - cells.heldOut - cells.kept);
  const share = (count: number): string => formatShare(count / Math.max(1, cells.all));
  return [
    html`<p>
      ${simulatedTag(simulated)}The sweep was adaptive: it looked for
      ${objectives[adaptive.objective]}, and called a model only where the answer could change which
      model is best for a task. ${endings[adaptive.ending ?? 'stopped']}
      ${
        stoppedModels.length > 0 &&
        `Not in its verdict, because calls to it had to stop: ${stoppedModels.join(', ')}.`
      }
    </p>`,
    renderTable(
      'Answers by purpose',
      [{ title: 'answers', kind: 'text' }, { title: 'number' }, { title: 'of a full sweep' }],
      [
        ['to learn which model is best', formatWhole(cells.learning), share(cells.learning)],
        ['on held-out prompts, for the verdict', formatWhole(cells.heldOut), share(cells.heldOut)],
        ...(cells.kept > 0
          ? [['from other sweeps into the folder', formatWhole(cells.kept), share(cells.kept)]]
          : []),
        ['not bought', formatWhole(notBought), share(notBought)],
      ],
    ),
    neverHeldOutPrompts > 0 &&
      html`<p>
        ${formatCount(neverHeldOutPrompts, 'prompt')} could not be held out, since they have more
        near-duplicates than are held out in all. The results are about the other prompts.
      </p>`,
    evidence !== null &&
      html`<p>
        All results on this page rest on held-out prompts, which were drawn before the first call.
        The sweep's own evidence is from ${formatWhole(evidence.prompts)} of
        ${formatCount(heldOutPrompts, 'held-out prompt')}: that routing gains over each model in
        play, it reached ${evidence.gainEvidence.toFixed(1)}; that routing gains less than
        ${formatDistance(worth)}
        points${adaptive.objective === 'save' && ', with savings counted as quality,'}
        ${evidence.futilityEvidence.toFixed(1)}; 20 is decisive, however often it is looked at.
        ${
          adaptive.ending === 'routing_pays' &&
          `A sweep ends so when its gain looks large. So gains on this page are too high on average, and
           their intervals cover less than 95 %. The evidence stays valid.`
        }
      </p>`,
  ];
}

function renderAdded(added: readonly AddedModel[], simulated: boolean): HtmlValue[] {
  return [
    html`<p>
      ${simulatedTag(simulated)}${formatCount(added.length, 'model')} had been added to the run by a
      part of the prompts: answers to the others are predicted. The gain is an estimate, of what a
      model adds to the quality of a prompt where it is expected to be better.
    </p>`,
    renderTable(
      'Models that were added',
      [
        { title: 'model', kind: 'text' },
        { title: 'answers to learn' },
        { title: 'on held-out prompts' },
        { title: 'of all prompts' },
        { title: 'cost' },
        { title: 'expected gain, points' },
        { title: 'outcome', kind: 'text' },
      ],
      added.map(({ model, cells, spentUsd, unpriced = 0, expectedGain, ending, tasks }) => [
        renderName(model),
        formatWhole(cells.learning),
        formatWhole(cells.heldOut),
        formatShare((cells.learning + cells.heldOut) / Math.max(1, cells.all)),
        formatKnownMoney(spentUsd, unpriced),
        formatPoints(tasks.length === 0 ? null : expectedGain),
        addedEndings[ending ?? 'stopped'],
      ]),
    ),
  ];
}

const addedEndings: Readonly<Record<NonNullable<AddedModel['ending']> | 'stopped', string>> = {
  useful: 'may be of use: it is tested on the held-out prompts',
  no_use: 'of no use for quality: left out',
  no_outcomes: 'no answer could be graded: left out',
  stopped: 'stopped before its end',
};

const objectives: Readonly<Record<AdaptiveRecord['objective'], string>> = {
  quality: 'the best answers',
  save: 'savings at 99 % of the best quality',
};

const endings: Readonly<Record<NonNullable<AdaptiveRecord['ending']> | 'stopped', string>> = {
  routing_pays: 'It ended when routing had been shown to be worth more than each model in play.',
  cannot_pay: 'It ended when routing had been shown to gain less than it must be worth.',
  not_worth_it: 'It ended when nothing left to learn was worth the price of another round.',
  limit_reached: 'It ended when the limit on answers to learn from was reached.',
  everything_bought: 'It ended when nothing was left to buy.',
  no_model_left: 'It ended when no model could be called any more.',
  stopped: 'It was stopped before its end.',
};
