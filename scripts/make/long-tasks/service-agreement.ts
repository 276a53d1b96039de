import {
  addDays,
  askAbsent,
  day,
  formatDay,
  formatIso,
  formatNumber,
  numberSections,
  type DocumentTemplate,
  type Section,
} from './long-document.js';

/** An agreement on hosting, with an order form that prevails over the general terms. */
export const serviceAgreement: DocumentTemplate = (picker, edition) => {
  const provider = ['Nimbus Vale Ltd.', 'Polder Systems B.V.'][edition];
  const customer = picker.pick([
    'Ostrander Logistics',
    'the Tilbury Theater Trust',
    'Maribor Foods',
  ]);
  const product = ['Harborview', 'Ledgerline'][edition];
  const fee = 100 * picker.integer(24, 88);
  const setup = 500 * picker.integer(3, 12);
  const term = picker.pick([24, 36]);
  const startYear = picker.pick([2023, 2024]);
  const startMonth = picker.pick([2, 4, 6, 9]);
  const start = day(startYear, startMonth, 1);
  const end = addDays(day(startYear, startMonth + term, 1), -1);
  const noticeMonths = picker.pick([3, 4, 6]);
  const lastNotice = addDays(day(startYear, startMonth + term - noticeMonths, 1), -1);
  const [days, orderDays] = picker.sample([14, 21, 30, 45, 60], 2) as [number, number];
  const target = picker.pick([99.5, 99.7, 99.8]);
  const credits = picker.pick([
    [5, 12, 25],
    [4, 10, 20],
    [8, 15, 30],
  ] as const);
  const tier = edition + 1;
  const reached = tier === 1 ? 98.7 : 97.4;
  const cap = picker.pick([6, 9, 12]);
  const dataCap = picker.pick([18, 24]);
  const response = { first: picker.pick([15, 20, 30]), second: picker.pick([2, 3, 4]) };
  const retention = picker.pick([14, 30, 35, 60]);
  const increase = picker.pick([3, 4, 5]);
  const exportDays = picker.pick([30, 45, 60]);
  const country = picker.pick(['Ireland', 'Finland', 'the Netherlands', 'Portugal']);

  const fixed: readonly Section[] = [
    {
      key: 'definitions',
      title: 'Definitions',
      clauses: () => [
        `"Service" means the hosted application ${product} in the scope that the Order Form names, with its documentation, updates and support.`,
        `"Customer Data" means everything that the Customer or its users enter, upload or generate in the Service. "Users" are natural persons whom the Customer allows to use the Service, whether employed by it or not.`,
        `"Downtime" means each full minute in which users in general could not log on or could not save data, as measured by the Provider's probes at three independent places, except during Maintenance. "Availability" is the share of the minutes of a calendar month that are not Downtime, in percent, cut after the second decimal.`,
        `"Maintenance" means work that was announced at least five days before and takes place on Sundays between 1 a.m. and 5 a.m. Central European Time, for no more than eight hours a month.`,
        `"Order Form" means the form signed by both parties that is attached as Schedule 1, with any later form that replaces it.`,
      ],
    },
    {
      key: 'service',
      title: 'The Service',
      clauses: () => [
        `The Provider makes the Service available to the Customer over the internet for the term of this agreement, and grants the right to use it, not exclusively, for the Customer's own business and that of its affiliates.`,
        `The Provider may develop the Service further. It will not remove a function on which the Customer reasonably depends without offering an equal one, or else the Customer may end the agreement at the end of any month and receives the fees that were paid in advance for the time after.`,
        `The Customer names two administrators, keeps the access data of its users secret, and sees to it that no user tests, overloads or circumvents the protection of the Service. Tests of security are welcome after agreement on time and scope.`,
        `The Customer remains responsible for what its users enter. The Provider may block single records if an authority orders it to, and informs the Customer at once where it may.`,
      ],
    },
    {
      key: 'availability',
      title: 'Availability and service credits',
      clauses: () => [
        `The Provider owes an Availability of ${target} percent in each calendar month.`,
        `If Availability is below this figure, but at least 99 percent, the Customer receives a credit of ${credits[0]} percent of the monthly fee of that month. If it is below 99 percent, but at least 98 percent, the credit is ${credits[1]} percent. If it is below 98 percent, the credit is ${credits[2]} percent. Only one of these credits is due for a month.`,
        `The Customer claims a credit within two months of the end of the month concerned, in text form. The credit is set off against the next invoice; it is paid out only if no further invoice will follow.`,
        `Credits are a lump sum for the reduced value of the Service. They are deducted from damages for the same cause, and do not limit the right to end the agreement.`,
        `If Availability is below 98 percent in three of any six consecutive months, the Customer may end the agreement within one month, with immediate effect.`,
      ],
    },
    {
      key: 'support',
      title: 'Support',
      clauses: () => [
        `Support is given in English and German, by telephone and through the portal, from Monday to Friday between 8 a.m. and 6 p.m. Central European Time ("Support Hours"), except on public holidays at the Provider's seat.`,
        `Priority 1 is a fault by which the Service cannot be used at all, or Customer Data are at risk. The Provider responds within ${response.first} minutes, at any hour and on any day, and works on it until the Service can be used again.`,
        `Priority 2 is a fault in an important function for which there is no reasonable way around. The Provider responds within ${response.second} hours within Support Hours. Time outside of Support Hours does not count.`,
        `Priority 3 is any other fault or question. The Provider responds by the end of the next working day. A wish for a new function is not a fault.`,
        `The Customer chooses the priority, and the Provider may change it if the choice was evidently wrong, giving its reason in the ticket.`,
      ],
    },
    {
      key: 'fees',
      title: 'Fees and payment',
      clauses: (numberOf) => [
        `The fees are those of the Order Form. The monthly fee is invoiced at the beginning of each month, and the fee for set-up on acceptance.`,
        `Invoices are due ${days} days after they have been received. They are sent as structured electronic documents to the address in the Order Form.`,
        `The Provider may raise the monthly fee once in a contract year, for the first time after twelve months, by no more than ${increase} percent. The increase is announced three months before. If it exceeds the rise of the price index for services in the same period, the Customer may end the agreement on the day on which it would take effect.`,
        `If an invoice of more than one monthly fee remains unpaid for thirty days in spite of two reminders, the Provider may restrict the Service to reading. The duty to pay, and the rights in section ${numberOf('data')}, remain.`,
      ],
    },
    {
      key: 'data',
      title: 'Customer Data and data protection',
      clauses: () => [
        `Customer Data belong to the Customer. The Provider uses them only to provide the Service, and neither to train models nor to make statistics that leave its own systems.`,
        `Customer Data are stored and processed in ${country} only. Support staff elsewhere may see them on a screen, for a single case, after the Customer has released it in the portal.`,
        `The Provider makes a backup every night and keeps each for ${retention} days. Once a quarter it restores one of them as a test, and shows the record of it on request. On request it restores single records, free of charge twice in a contract year.`,
        `The Provider processes personal data on the Customer's instructions, under the terms of Schedule 2. It uses further processors only from the list in the portal, and announces a new one thirty days before; the Customer may object for an important reason.`,
        `The Provider reports a breach of the security of Customer Data within twenty-four hours of learning of it, with what it knows by then, and the rest as it becomes known.`,
      ],
    },
    {
      key: 'liability',
      title: 'Liability',
      clauses: () => [
        `Each party is liable without limit for intent and gross negligence, for injury to life, body or health, and where the law does not allow a limit.`,
        `Otherwise the liability of either party for all events of a contract year together is limited to ${cap} times the monthly fee stated in the Order Form.`,
        `For breaches of confidentiality and of data protection, the limit in the clause before is replaced by ${dataCap} times this monthly fee.`,
        `Neither party is liable for profit lost by the other's customers. The loss of data is compensated only by the cost of restoring them from backups that were kept as this agreement says.`,
      ],
    },
    {
      key: 'term',
      title: 'Term and end',
      clauses: () => [
        `The agreement begins on the Start Date that the Order Form names and runs for an initial term of ${term} months.`,
        `It is then renewed for twelve months at a time, unless one party has ended it by notice in text form. The notice must have been received at least ${noticeMonths} full calendar months before the end of the term.`,
        `Either party may end the agreement for an important reason. Where the reason is a breach that can be mended, this needs a warning with a period of four weeks.`,
        `After the end, the Customer may export Customer Data for ${exportDays} days in the formats of the documentation. The Provider then deletes them within two weeks, backups included, and confirms this without being asked.`,
      ],
    },
  ];
  const optional: readonly Section[] = [
    {
      key: 'audit',
      title: 'Audits',
      clauses: () => [
        `Once a year, and in addition after a breach of security, the Customer may check on site or by questionnaire whether the Provider keeps its promises, after notice of three weeks. Each party bears its own costs, unless a serious deficiency is found, in which case the Provider bears both.`,
        `The Provider holds a certificate under ISO/IEC 27001 for the systems on which the Service runs, and sends the Customer each new version. The loss of the certificate is to be reported within a week.`,
      ],
    },
    {
      key: 'confidentiality',
      title: 'Confidentiality',
      clauses: () => [
        `Each party keeps secret what it learns from the other and what is marked as confidential, or is so by its nature, during the term and for five years after it.`,
        `This does not apply to what is public, what the party knew before, what it received lawfully from others, and what it developed by itself. Disclosure that the law demands is allowed to the extent demanded, after notice to the other party.`,
        `The Provider may name the Customer as a reference only with consent, which may be withdrawn for the future.`,
      ],
    },
    {
      key: 'rights',
      title: 'Rights of third parties',
      clauses: () => [
        `The Provider holds the Customer harmless from claims that the Service infringes the rights of others, if the Customer reports such a claim within ten working days, leaves the defense to the Provider, and acknowledges nothing by itself.`,
        `If an infringement is found or likely, the Provider may change the Service so that it no longer infringes, or obtain the right. If neither is possible at reasonable cost, both parties may end the agreement.`,
      ],
    },
    {
      key: 'continuity',
      title: 'Continuity',
      clauses: () => [
        `The Provider keeps a plan for emergencies and tests it once a year. After the loss of a data center, it restores the Service within eight hours, with data that are at most one hour old.`,
        `Neither party answers for events that it could not prevent with reasonable care, such as war, epidemics, or the failure of public networks, for as long as they last. After sixty days, either may end the agreement.`,
      ],
    },
    {
      key: 'training',
      title: 'Introduction and training',
      clauses: () => [
        `The Provider sets the Service up as described in the Order Form and trains the administrators on two days, remotely or at the Customer's seat. Traveling costs are charged at cost after approval.`,
        `The set-up is accepted when the Customer confirms it, or has used the Service in production for three weeks without reporting a fault of priority 1 or 2.`,
      ],
    },
    {
      key: 'interfaces',
      title: 'Interfaces and other software',
      clauses: () => [
        `The Service has documented interfaces. Changes that break what worked are announced six months before, and the old version is kept in operation for that time. Limits on the number of calls are in the documentation; they are chosen so that usual use does not reach them.`,
        `For links to software of others, the Provider answers for its own side only. If such software is changed or withdrawn, the Provider says so as soon as it knows, and helps to find another way at the rates of its price list.`,
        `Test data may be loaded through the interfaces at any time. Real personal data belong into the production environment only.`,
      ],
    },
    {
      key: 'governance',
      title: 'Working together',
      clauses: () => [
        `Each party names a responsible person, and a substitute. They talk once a month about open tickets, planned changes, and what has been learned from faults, and keep short notes.`,
        `Disagreements are taken first to these persons, after ten working days to the managements, and only then to mediation. This does not prevent either party from asking a court for urgent measures.`,
        `The Customer tells the Provider in good time of events that will raise the load considerably, such as a campaign or a merger of sites.`,
      ],
    },
    {
      key: 'acceptableuse',
      title: 'Fair use',
      clauses: () => [
        `Automatic processes of the Customer must not run in a way that slows down others. The Provider may slow such a process down after a warning, or without one where the Service is in danger, and says at once what it has done.`,
        `The Service is not made for uses in which a fault may cost lives, such as the control of machines or of medical devices. The Customer will not use it for these.`,
        `Storage is included up to 500 gigabytes. Above this, the Provider offers further storage; nothing is deleted or charged without an order.`,
      ],
    },
    {
      key: 'personnel',
      title: 'Staff and subcontractors',
      clauses: () => [
        `The Provider employs staff who are trained for their tasks and bound to secrecy. Persons with access to production systems are checked, as far as the law allows, before they begin.`,
        `Subcontractors may be used for parts of the Service. The Provider answers for them as for its own staff. The Customer may refuse a subcontractor who is its competitor.`,
        `During the term and for a year after it, neither party will actively hire away the other's staff who worked on the Service. General advertisements are allowed.`,
      ],
    },
    {
      key: 'insurance',
      title: 'Insurance and records',
      clauses: () => [
        `The Provider holds a liability insurance for information technology with a sum of five million dollars for each event, and shows a confirmation of the insurer once a year.`,
        `Records of access to Customer Data are kept for thirteen months and can be seen by the administrators in the portal. They cannot be changed by the Provider's own staff without leaving a trace.`,
        `Invoices and the records on which they rest are kept as long as tax law demands, also after the end of the agreement.`,
      ],
    },
  ];
  const closing: Section = {
    key: 'general',
    title: 'General provisions',
    clauses: () => [
      `This agreement consists of these general terms and the schedules. If they contradict each other, the Order Form prevails over Schedule 2, and Schedule 2 over these general terms. Terms of business of the Customer do not apply, even if an order refers to them.`,
      `Changes need text form and the consent of both parties. The Provider may change these general terms with notice of two months where the law or a court demands it.`,
      `The agreement is governed by the law of ${country}, without its rules on conflicts of laws and without the UN Convention on Contracts for the International Sale of Goods.`,
      `A right is not waived by not being used. If a provision is invalid, the others remain.`,
    ],
  };
  const sections = [...fixed, ...picker.sample(optional, 5), closing];
  const text = [
    `# Agreement on the use of ${product}`,
    `between **${provider}** (the "Provider") and **${customer}** (the "Customer")`,
    `General terms, version 7. These terms describe the Service as it is offered to all customers. What differs for a single customer is in its Order Form.`,
    numberSections(sections),
    `# Schedule 1: Order Form`,
    [
      `| Item | Agreed |`,
      `|---|---|`,
      `| Start Date | ${formatDay(start)} |`,
      `| Monthly fee | ${formatNumber(fee)} dollars |`,
      `| Set-up, once | ${formatNumber(setup)} dollars |`,
      `| Users included | ${picker.integer(4, 30) * 10} |`,
      `| Invoices | due ${orderDays} days after receipt |`,
      `| Environments | production, test |`,
    ].join('\n'),
    `Special agreements: The Customer may use the test environment for load tests on weekdays after 8 p.m. For the first three months, the weekly call with the project lead is included in the set-up.`,
    `# Schedule 2: Processing of personal data`,
    `The Provider processes names, business contact details, log data and the contents of documents of the Customer's employees and business partners, for the purpose of running the Service, for its term. It binds its staff to secrecy, keeps the technical and organizational measures that the portal describes up to the state of the art, and helps the Customer to answer requests of the persons concerned within ten days. It deletes or returns all personal data at the end, as the general terms say. The Customer may give instructions in the portal; the Provider says so if it holds one to be unlawful, and may wait until it is confirmed.`,
  ].join('\n\n');
  return {
    text,
    questions: [
      {
        kind: 'override',
        question: `Within how many days of receipt does the customer of ${product} have to pay an invoice? Answer with the number only.`,
        reference: orderDays,
        grader: { name: 'numeric' },
        wrong: String(days),
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `In its fifth month, the Availability of ${product} was ${reached.toFixed(2)} percent. How high is the credit in dollars? Answer with the amount only.`,
        reference: (fee * (credits[tier] as number)) / 100,
        grader: { name: 'numeric' },
        wrong: String((fee * (credits[(tier + 1) % 3] as number)) / 100),
        level: 'medium',
      },
      {
        kind: 'sum',
        question: `The customer wants to end the agreement on ${product} with the initial term. On which day must its notice have been received at the latest? Answer as YYYY-MM-DD.`,
        reference: formatIso(lastNotice),
        grader: { name: 'contains', not: [formatIso(end)] },
        wrong: formatIso(end),
        level: 'hard',
      },
      {
        kind: 'override',
        question: `By simple negligence, the provider of ${product} violates data protection. Up to what amount in dollars is it liable in a contract year? Answer with the amount only.`,
        reference: dataCap * fee,
        grader: { name: 'numeric' },
        wrong: String(cap * fee),
        level: 'hard',
      },
      {
        kind: 'lookup',
        question: `For how many days is a nightly backup of ${product} kept? Answer with the number only.`,
        reference: retention,
        grader: { name: 'numeric' },
        wrong: String(exportDays === retention ? exportDays + 1 : exportDays),
        level: 'easy',
      },
      askAbsent(
        `In which city do the courts decide disputes about the agreement on ${product}? Answer with the city only.`,
        { Ireland: 'Dublin', Finland: 'Helsinki', Portugal: 'Lisbon' }[country] ?? 'Amsterdam',
      ),
    ],
  };
};
