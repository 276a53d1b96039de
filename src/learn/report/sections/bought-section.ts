import type { AddedModel } from '../../adaptive/added/added-record.js';
import type { AdaptiveRecord } from '../../adaptive/adaptive-record.js';
import { describeEnding, describeWorth } from '../../adaptive/describe-ending.js';
import { decisiveEvidence } from '../../adaptive/e-process.js';
import { keptShare } from '../../adaptive/task-policy.js';
import { formatCount, formatWhole } from '../../../util/format-number.js';
import { html, type Html, type HtmlValue } from '../html.js';
import type { Report } from '../report.js';
import { formatKnownMoney, formatPoints, formatShare } from '../typeset-number.js';
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
  const { cells, heldOutPrompts, evidence, stoppedModels } = adaptive;
  const { neverHeldOutPrompts } = adaptive;
  const notBought = Math.max(0, cells.all - cells.learning - cells.heldOut - cells.kept);
  const why = describeEnding(adaptive);
  const share = (count: number): string => formatShare(count / Math.max(1, cells.all));
  return [
    html`<p>
      ${simulatedTag(simulated)}The sweep was adaptive: it looked for
      ${objectives[adaptive.objective]}, and called a model only where the answer could change which
      model is best for a task.
      ${why === undefined ? 'It was stopped before its end.' : `It ended because ${why}.`}
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
        play, it reached ${evidence.gainEvidence.toFixed(1)}; that routing gains
        ${describeWorth(adaptive)}, ${evidence.futilityEvidence.toFixed(1)}; ${decisiveEvidence} is
        decisive, however often it is looked at.
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
  save: `savings at ${formatShare(keptShare)} of the best quality`,
};
