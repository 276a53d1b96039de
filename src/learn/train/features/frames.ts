import type { PromptFields } from '../../../policy/features/prompt-fields.js';
import { createRandom, type Random } from '../../../util/random.js';
import { textHash } from '../../../util/text-hash.js';
import { followUps } from './follow-ups.js';

/**
 * What people, clients and applications put around an ask without changing it: greetings, courtesy,
 * instructions to a model and markup, in the languages that people mix with English. None of it is
 * about any task.
 */
const openings: readonly string[] = [
  'Hi!',
  'Hi there,',
  'Hey,',
  'Good morning!',
  'Hello, I hope you are well.',
  'Dear assistant,',
  'Quick question:',
  'I have a question for you.',
  'I need some help with this:',
  'Help me with this, please.',
  'Can you help me out here?',
  'Would you be so kind as to look at this?',
  'I would like you to do the following.',
  'Please answer the question below.',
  'Please do this for me:',
  'Kindly respond to the following request:',
  'Task:',
  'Question:',
  'Prompt:',
  'Input:',
  'User request:',
  '# Task\n',
  '## Question\n',
  '**Question:**',
  'Here is what I want to know:',
  'Here is the problem I am working on.',
  'Could you help me with the task below?',
  'Can you please assist me with the following question?',
  'May I ask you to work on the following for me?',
  'I hope this finds you well. Please see my request below.',
  'It would be great if you could handle this one:',
  'Hello again! One more thing, if you do not mind.',
  'Read this carefully and give me your best answer.',
  'You are a helpful assistant. Please assist the user.',
  'You are an expert. Give a correct and complete answer.',
  'Act as a professional and respond to the message below.',
  'Take a deep breath and work on this step by step.',
  'Respond in a clear and concise way.',
  'The user wrote:',
  'Sorry to bother you again, but I am stuck on something.',
  'I was wondering whether you could tell me this:',
  'My colleague asked me this and I do not know what to say:',
  'Hallo, kannst du mir bitte helfen?',
  'Guten Tag! Ich habe eine Frage:',
  'Bitte löse diese Aufgabe:',
  'Bonjour, pouvez-vous m’aider avec ceci ?',
  'Voici ma demande :',
  'Merci de traiter ce qui suit :',
  'Hola, ¿me puedes ayudar con esto?',
  'Buenos días. Tengo una pregunta:',
  'Necesito que hagas lo siguiente:',
  'Ciao, mi puoi aiutare con questo, per favore?',
  'Ecco la mia domanda:',
  'Olá, você pode me ajudar com isto, por favor?',
  'Tenho uma pergunta:',
  'Hoi, kun je me hiermee helpen alsjeblieft?',
  'Cześć, czy możesz mi pomóc?',
  'Здравствуйте! Помогите, пожалуйста, с этим:',
  'Ответьте на вопрос:',
  'Merhaba, bana yardım eder misin lütfen?',
  '你好，请帮我看一下：',
  '请完成以下任务：',
  '麻烦你解答这个问题，谢谢。',
  'こんにちは。次の質問に答えてください。',
  'お願いします：',
  '안녕하세요, 다음 질문에 답해 주세요.',
  'مرحبا، هل يمكنك مساعدتي في هذا من فضلك؟',
  'नमस्ते, कृपया इसमें मेरी मदद करें:',
];

const closings: readonly string[] = [
  'Thanks!',
  'Thank you so much.',
  'Thank you in advance.',
  'Many thanks for your help, it is very much appreciated!',
  'Thanks in advance for your help!',
  'I appreciate it.',
  'Please be accurate.',
  'Please explain briefly.',
  'Let me know what you think.',
  'Take your time.',
  'This is very important to me.',
  'Answer:',
  'Response:',
  '### Answer\n',
  'Looking forward to your reply. Best regards',
  'cheers',
  'ok?',
  '!!',
  '…',
  'Danke!',
  'Vielen Dank und viele Grüße',
  'Merci d’avance !',
  '¡Muchas gracias!',
  'Grazie mille!',
  'Obrigado!',
  'Спасибо!',
  '谢谢！',
  'よろしくお願いします。',
  '감사합니다.',
  'شكرا',
];

/** Before and after the ask. */
const markup: readonly (readonly [before: string, after: string])[] = [
  ['> ', '\n'],
  ['"', '"'],
  ['---\n', '\n---'],
  ['<request>\n', '\n</request>'],
  ['<query>', '</query>'],
  ['[user]\n', '\n[/user]'],
  ['### Instruction:\n', '\n\n### Response:'],
  ['```\n', '\n```'],
  ['1. ', ''],
  ['- ', ''],
];

/** Share of the training prompts that are framed. */
const framedShare = 0.75;

const framesSeed = 1;

/** The most frames around one prompt. */
const maxFrames = 3;

/**
 * A prompt as people might have sent it: most have frames around what the user asks, drawn by its
 * text. A classifier that is trained on such prompts takes no notice of frames, known or not
 * (measured by `npm run bench:routing -- DIR --only frames`).
 */
export function frameFields(fields: PromptFields): PromptFields {
  const random = createRandom(textHash(fields.userText, framesSeed));
  if (random() >= framedShare) return fields;
  let { userText } = fields;
  const count = 1 + Math.floor(random() * maxFrames);
  for (let drawn = 0; drawn < count; drawn++) userText = addFrame(userText, random);
  return { ...fields, userText, userTurns: [userText] };
}

function addFrame(text: string, random: Random): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const kind = random();
  if (kind < 0.5) return `${pick(openings)}\n\n${text}`;
  if (kind < 0.75) return `${text}\n\n${pick(closings)}`;
  if (kind < 0.9) return `${text}\n${pick(followUps)}`;
  const [before, after] = pick(markup);
  return before + text + after;
}
