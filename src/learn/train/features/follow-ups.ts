/**
 * Short last turns of conversations, between bars: in the first list those that only make sense after
 * what was said before, in the second those that ask for something by themselves. The words of the
 * two tell follow-ups from new asks (`fit-follow-up-words.ts`). Languages that people mix with
 * English are in both.
 */
export const followUps: readonly string[] = splitTurns(`
shorter, please | make it shorter | can you make that a bit shorter | too long, shorten it
a little longer please | make it longer and more detailed | more detail please
can you expand on that | could you elaborate on the last point | please elaborate | go on
continue | keep going | please continue where you left off | next | next one please | more
one more | another one | give me another example | can you give an example | show me another way
show me an example of that | try again | please try that again | redo it | do it again but better
that is wrong | that's not right, try again | this is not correct | no, that's incorrect
you made a mistake, fix it | fix it | fix the error | fix that please | it still does not work
that didn't work | it doesn't work, I get the same error | I still get an error
now it says something else | are you sure | are you sure about that | is that correct
is this right | really | can you double check that | check your answer again | why | why not
why is that | why did you do that | how so | how does that work | how did you get that | how come
what do you mean | what do you mean by that | what does that mean | what about the second one
what about the other one | and the others | and the first one | which one is better
which of these is the best | explain | explain that again | explain it in simpler words
explain your reasoning | can you explain step by step | explain the second step
explain like I'm five | simplify it | simpler please | make it simpler | say that in plain English
rephrase that | rephrase it | rewrite it | reword this in a friendlier tone | make it more formal
more formal please | less formal | make it sound more natural | change the tone
more professional | make it funnier | make it friendlier | use a more casual tone
add more details | add a title | add comments to it | add an example to that
add that to the list | remove the last one | remove the first paragraph | drop the last sentence
replace the second item | change it to past tense | put it in a table | as a table please
make it a table | as a list | turn it into bullet points | use bullet points instead
in bullet points | format it as JSON | give it to me as JSON | in one sentence | in one paragraph
summarize that | summarize it in one sentence | sum it up | tl;dr | in short | just the answer
only the answer please | just give me the code | only the final answer | without the explanation
no explanation | translate it | translate that into German | now in Spanish | in French please
say it in English | same in Chinese | and in Japanese | now do the same in Python
and in JavaScript | rewrite that in Java | can you do the same thing for the next one
do the same for the rest | same for the other two | same question for the second part | what else
anything else | is there anything else | is there another way | is there a better way to do this
any other ideas | other options | give me more options | more examples | five more
ten more please | thanks | thank you | thanks, that helps | thanks! one more thing
great, now make it shorter | great thanks | perfect | ok | okay | ok thanks | ok, and then | yes
yes please | no | no thanks | sure | sure, go ahead | got it | I see | I don't understand
I don't get it | I am confused | not what I meant | that's not what I asked | not quite | almost
hmm | wait, what | what | huh | you forgot the last part | you missed one
you did not answer my question | you didn't answer the second question | can you repeat that
repeat | say that again | what was the first one again | which part is wrong
where did that come from | source | do you have a source for that | can you cite that
how long would that take | how much would that cost | so what should I do | then what
what happens then | what if it is not | and if not | but why | but what if that fails
so the answer is the first one | so it's true then | kürzer bitte | etwas kürzer | mach es kürzer
bitte ausführlicher | weiter | mehr davon | noch eins | noch ein Beispiel | nochmal bitte
versuch es nochmal | das ist falsch | das stimmt nicht | bist du sicher | warum | wieso das
was meinst du damit | erkläre das genauer | erkläre es einfacher | kannst du das nochmal erklären
und auf Englisch | übersetze das | übersetze es ins Englische | als Tabelle bitte
formeller bitte | danke | danke, und das zweite | plus court s'il te plaît | plus court
fais plus court | plus de détails | continue s'il te plaît | encore un | un autre exemple
essaie encore | c'est faux | ce n'est pas correct | tu es sûr | pourquoi | que veux-tu dire
explique mieux | explique-le plus simplement | et en anglais | traduis-le | sous forme de tableau
merci | merci, et le deuxième | más corto por favor | hazlo más corto | más detalles | sigue
continúa | otro más | otro ejemplo | inténtalo de nuevo | eso está mal | no es correcto
estás seguro | por qué | qué quieres decir | explícalo mejor | explícalo de forma más sencilla
y en inglés | tradúcelo | ponlo en una tabla | gracias | gracias, y el segundo
più corto per favore | più breve | continua | un altro esempio | riprova | è sbagliato
sei sicuro | perché | cosa vuoi dire | spiegalo meglio | in inglese | traducilo | grazie
mais curto por favor | mais detalhes | continue por favor | outro exemplo | tente de novo
está errado | tem certeza | por quê | o que você quer dizer | explique melhor | em inglês
obrigado | korter graag | ga door | nog een voorbeeld | probeer het opnieuw | dat klopt niet
waarom | leg dat uit | in het Engels | dank je | krócej proszę | dalej | jeszcze raz | dlaczego
to jest źle | dziękuję | короче, пожалуйста | сделай короче | подробнее | продолжай | ещё один
ещё пример | попробуй ещё раз | это неправильно | ты уверен | почему | что ты имеешь в виду
объясни проще | объясни ещё раз | а на английском | переведи это | спасибо | daha kısa lütfen
devam et | bir örnek daha | tekrar dene | bu yanlış | emin misin | neden | teşekkürler | 短一点
请短一点 | 再短一些 | 详细一点 | 继续 | 还有呢 | 再来一个 | 再举个例子 | 再试一次 | 不对 | 这不对 | 你确定吗 | 为什么 | 什么意思 | 解释一下 | 再解释一遍
简单一点 | 翻译成英文 | 用表格 | 谢谢 | もっと短く | 短くしてください | もっと詳しく | 続けて | 続けてください | もう一つ | 他の例は | もう一度 | 違います
本当ですか | なぜ | なぜですか | どういう意味ですか | もっと簡単に説明して | 英語で | ありがとう | 더 짧게 | 짧게 해줘 | 더 자세히 | 계속 | 계속해줘
하나 더 | 다른 예시 | 다시 해줘 | 틀렸어 | 확실해 | 왜 | 무슨 뜻이야 | 다시 설명해줘 | 영어로 | 고마워 | أقصر من فضلك | أكمل
مثال آخر | حاول مرة أخرى | هذا خطأ | هل أنت متأكد | لماذا | اشرح أكثر | بالإنجليزية | شكرا
छोटा करो | और छोटा | जारी रखो | एक और उदाहरण | फिर से कोशिश करो | यह गलत है | क्यों | इसे समझाओ
धन्यवाद | could you shorten your answer | can you make your answer more precise
please rewrite that with fewer words | say it with less jargon | put it in simpler terms
how would that change if it were the other way around | what if it were bigger
which of the two would you choose | which one do you prefer | explain the third point
tell me more about the first point | can you show your work | show me the steps
what did you mean by the last sentence | I meant the other one | not that one | keep it simple
keep it under 100 words | use fewer words | use other words | add error handling | now add tests
now add a conclusion | could you put that in a list | write it as an email instead
and what about next year | what are the downsides | what are the advantages of that
what is the difference between them | how are they different | kannst du das kürzer machen
kannst du das etwas genauer beschreiben | könntest du das noch ein bisschen ausführlicher machen
mach das bitte förmlicher | schreib es um | formuliere das um | nur die Antwort bitte
ohne Erklärung | zeig mir den Rechenweg | wie kommst du darauf | wie meinst du das
was ist mit dem zweiten | und die anderen | und wenn nicht | das funktioniert nicht
es geht immer noch nicht | da ist ein Fehler drin | korrigiere das | fasse das zusammen
in einem Satz bitte | in Stichpunkten | und jetzt auf Französisch | welches ist besser
stimmt das | tu peux raccourcir | peux-tu être plus précis | peux-tu développer un peu plus
réécris-le | reformule | juste la réponse | sans explication | montre-moi les étapes
comment tu as trouvé ça | et le deuxième | et les autres | et si ce n'est pas le cas
ça ne marche pas | ça ne marche toujours pas | il y a une erreur | corrige-le | résume ça
en une phrase | en liste | et maintenant en espagnol | lequel est le meilleur | c'est vrai
puedes acortarlo | puedes ser más preciso | puedes explicarlo con más detalle | reescríbelo
solo la respuesta | sin explicación | muéstrame los pasos | cómo llegaste a eso | y el segundo
y los demás | y si no | no funciona | sigue sin funcionar | hay un error | corrígelo | resúmelo
en una frase | en una lista | y ahora en francés | cuál es mejor | es verdad | puoi accorciarlo
puoi essere più preciso | puoi spiegarlo più in dettaglio | riscrivilo | solo la risposta
mostrami i passaggi | e il secondo | e gli altri | non funziona | c'è un errore | correggilo
riassumilo | in una frase sola | e ora in francese | quale è meglio | pode encurtar isso
pode ser mais preciso | pode explicar com mais detalhes | reescreva | só a resposta
mostre os passos | e o segundo | e os outros | não funciona | tem um erro | corrija isso
resuma isso | em uma frase | e agora em francês | qual é melhor | можешь сократить
можешь объяснить подробнее | сделай это более официальным | перепиши | перефразируй это
только ответ | без объяснений | покажи решение | как ты это получил | а второй | а остальные
а если нет | не работает | всё ещё не работает | тут ошибка | исправь | кратко
одним предложением | списком | а теперь на немецком | что лучше | 能再短一点吗 | 能再说得详细一点吗 | 能详细解释一下吗
可以再具体一些吗 | 请说得更详细些 | 请换一种说法 | 改一下 | 重写一遍 | 只要答案 | 不用解释 | 请给出步骤 | 你是怎么得出的 | 第二个呢 | 其他的呢 | 那如果不是呢
还是不行 | 有错误 | 改正一下 | 总结一下 | 用一句话说 | 列个表 | 现在翻译成法语 | 哪个更好 | 是真的吗 | もう少し短くしてもらえますか
もう少し詳しく説明してもらえますか | 言い換えてください | 書き直してください | 答えだけください | 手順を見せてください | 二つ目は | 他のは | 動きません | エラーが出ます
直してください | まとめてください | 一文で | リストにして | 次はフランス語で | どちらがいいですか | 좀 더 짧게 해줄 수 있어 | 좀 더 자세히 설명해줄래 | 다시 써줘
답만 알려줘 | 과정을 보여줘 | 두 번째는 | 나머지는 | 안 돼 | 오류가 나 | 고쳐줘 | 요약해줘 | 한 문장으로 | 목록으로 | 이제 프랑스어로 | 뭐가 더 좋아
هل يمكنك اختصارها | هل يمكنك شرح ذلك بالتفصيل | أعد الكتابة | فقط الجواب | والثاني | لا يعمل
هناك خطأ | لخصها | क्या आप इसे छोटा कर सकते हैं | थोड़ा और विस्तार से बताओ | इसे फिर से लिखो
सिर्फ जवाब दो | और दूसरा | यह काम नहीं कर रहा
`);

export const newAsks: readonly string[] = splitTurns(`
who wrote the novel Dracula | who was the first president of Brazil
when did the Berlin wall fall | when was the telephone invented | where is the river Danube
what is the capital of Kenya | what is photosynthesis | what is the boiling point of ethanol
what causes thunder | what is 17 times 23 | what year did the Titanic sink
how many bones are in the human body | how do vaccines work | how to cook rice
how tall is Mount Everest | how far is the moon from the earth | why is the sky blue
why do leaves change color in autumn | which planet has the most moons
which country won the world cup in 2010 | who sang the original version of the song hallelujah
who plays the doctor in the new series | name three Italian painters
list the planets of the solar system | define entropy | write a haiku about winter
write a poem about my cat | write a Python function to reverse a string
write an SQL query to count orders per customer | write a cover letter for a nurse
write an email to my landlord about a broken heater | implement binary search in Rust
solve x squared minus 5x plus 6 | compute the derivative of sin x | convert 5 miles to kilometers
calculate the area of a circle of radius 3 | sort an array of integers in Java
explain quantum entanglement | explain the difference between TCP and UDP
explain how a transistor works | describe the water cycle | summarize the plot of Hamlet
translate good morning into Japanese | translate the sentence I love music to French
plan a three day trip to Lisbon | suggest names for a coffee shop
recommend a book about the Roman empire | recipe for banana bread
compare iPhone and Android phones | what are the symptoms of diabetes | is a tomato a fruit
is water wet | does aspirin thin the blood | can dogs eat grapes | do penguins live in the Arctic
should I invest in bonds or stocks
classify the sentiment of this review: great food, slow service
is this email spam: win a prize now | extract the dates from this text: the meeting is on May 3
fix the grammar: he go to school yesterday | fix this bug: for i in range(10) print(i)
what does the regex ^[a-z]+$ match | what does this code do: print(sum(range(10)))
how do I undo the last commit in git | how do I center a div in CSS
how can I install Docker on Ubuntu | what is a closure in JavaScript
design a database schema for a library | make a workout plan for beginners
create a marketing slogan for a bakery | tell me a joke about programmers
tell me about the history of Vienna | give me a recipe for lentil soup
give me five business ideas for students | show me how to draw a horse
find the roots of the polynomial x^3 - x | prove that the square root of two is irrational
a train leaves at noon at 60 miles per hour, when does it arrive
if I have 3 apples and eat one, how many are left | draft a contract for a freelance designer
check the following sentence for errors: she have a car | review my essay about climate change
generate a regex for phone numbers | debug a segmentation fault in C | weather in London tomorrow
best restaurants in Rome | population of Canada | meaning of the word serendipity
synonyms for happy | antonym of generous | capital of Australia | wer schrieb den Faust
wie hoch ist der Eiffelturm | was ist die Hauptstadt von Peru
schreibe ein Gedicht über den Herbst | schreibe eine Funktion in Python, die Primzahlen findet
übersetze den Satz ich habe Hunger ins Englische
erkläre den Unterschied zwischen Aktien und Anleihen | berechne die Ableitung von x hoch drei
wie funktioniert ein Kühlschrank | warum ist der Himmel blau | qui a peint la Joconde
quelle est la capitale du Canada | écris un poème sur la mer | écris une lettre de motivation
comment fonctionne un moteur diesel | calcule la surface d'un cercle | explique la photosynthèse
traduis la phrase il fait beau en allemand | quién escribió Don Quijote
cuál es la capital de Chile | escribe un poema sobre el mar | escribe una función en Java
cómo funciona una batería | calcula el área de un triángulo | explica la teoría de la relatividad
traduce la frase buenos días al alemán | chi ha dipinto la Gioconda
qual è la capitale della Norvegia | scrivi una poesia sulla luna | come funziona un vulcano
spiega la fotosintesi | quem descobriu o Brasil | qual é a capital da Austrália
escreva um poema sobre o mar | como funciona um motor | explique a inflação
wie schreef Max Havelaar | wat is de hoofdstad van Finland | schrijf een gedicht over de zee
kto napisał Pana Tadeusza | jaka jest stolica Szwecji | napisz wiersz o jesieni
кто написал Войну и мир | какая столица Австралии | напиши стихотворение о зиме
напиши функцию на Python | как работает двигатель | объясни фотосинтез
переведи фразу доброе утро на английский | türkiye'nin başkenti neresi
bir şiir yaz deniz hakkında | fotosentez nedir | 谁写了红楼梦 | 法国的首都是哪里 | 写一首关于春天的诗 | 写一个排序函数 | 解释光合作用
把你好翻译成英文 | 地球到月球的距离是多少 | 如何做红烧肉 | 富士山の高さは | フランスの首都はどこですか | 春についての俳句を書いて | 光合成を説明して | おはようを英語に訳して
한국의 수도는 어디인가요 | 봄에 대한 시를 써줘 | 광합성을 설명해줘 | 파이썬으로 정렬 함수를 작성해줘 | ما هي عاصمة مصر
اكتب قصيدة عن البحر | من كتب ألف ليلة وليلة | भारत की राजधानी क्या है | समुद्र पर एक कविता लिखो
प्रकाश संश्लेषण क्या है | kannst du mir ein Rezept für Apfelkuchen geben
wie lange braucht Licht von der Sonne zur Erde | was kostet ein Zugticket nach Hamburg
nenne drei Flüsse in Spanien | fasse den folgenden Artikel zusammen: Die Börse fiel heute
peux-tu me donner une recette de crêpes | combien d'habitants a la Belgique
résume cet article : la bourse a baissé aujourd'hui | puedes darme una receta de paella
cuántos habitantes tiene México | resume este artículo: la bolsa cayó hoy
quanto è alto il monte Bianco | qual è la ricetta della carbonara
quantos habitantes tem Portugal | me dê uma receita de bolo de cenoura | сколько жителей в Москве
дай рецепт борща | кто открыл Америку | что такое инфляция | 计算三的平方根 | 北京有多少人口 | 给我一个红烧鱼的食谱
什么是通货膨胀 | 用Python写一个快速排序 | 日本の人口は何人ですか | カレーの作り方を教えて | インフレとは何ですか | 서울의 인구는 몇 명이야 | 김치찌개 만드는 법 알려줘
인플레이션이 뭐야 | كم عدد سكان القاهرة | ما هو التضخم | दिल्ली की आबादी कितनी है | महंगाई क्या है
`);

function splitTurns(text: string): string[] {
  return text.trim().split(/\s*[|\n]\s*/u);
}
