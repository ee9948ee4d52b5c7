package sandbox

import "strings"

// Emoji returns the emoji that the sandbox can show: the Unicode characters by
// Slack's names for them, without colons. It is a selection of the standard
// ones; a workspace's own are not emulated, and nothing is refused by this list.
func (s *Slack) Emoji() map[string]string {
	words := strings.Fields(slackEmoji)
	out := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		out[words[i]] = words[i+1]
	}
	return out
}

// slackEmoji are names and characters by turns, as the picker groups them; the
// names of the same character that people also type come last.
const slackEmoji = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 rolling_on_the_floor_laughing 🤣 joy 😂 slightly_smiling_face 🙂 upside_down_face 🙃
melting_face 🫠 wink 😉 blush 😊 innocent 😇 smiling_face_with_3_hearts 🥰 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 kissing 😗 relaxed ☺️
kissing_closed_eyes 😚 kissing_smiling_eyes 😙 smiling_face_with_tear 🥲 yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 zany_face 🤪
stuck_out_tongue_closed_eyes 😝 money_mouth_face 🤑 hugging_face 🤗 face_with_hand_over_mouth 🤭 face_with_open_eyes_and_hand_over_mouth 🫢
face_with_peeking_eye 🫣 shushing_face 🤫 thinking_face 🤔 saluting_face 🫡 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑
no_mouth 😶 dotted_line_face 🫥 face_in_clouds 😶‍🌫️ smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 face_exhaling 😮‍💨 lying_face 🤥
shaking_face 🫨 relieved 😌 pensive 😔 sleepy 😪 drooling_face 🤤 sleeping 😴 mask 😷 face_with_thermometer 🤒 face_with_head_bandage 🤕 nauseated_face 🤢
face_vomiting 🤮 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 woozy_face 🥴 dizzy_face 😵 face_with_spiral_eyes 😵‍💫 exploding_head 🤯 face_with_cowboy_hat 🤠
partying_face 🥳 disguised_face 🥸 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐 confused 😕 face_with_diagonal_mouth 🫤 worried 😟 slightly_frowning_face 🙁
white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 face_holding_back_tears 🥹 frowning 😦 anguished 😧 fearful 😨
cold_sweat 😰 disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 confounded 😖 persevere 😣 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱
triumph 😤 rage 😡 angry 😠 face_with_symbols_on_mouth 🤬 smiling_imp 😈 imp 👿 skull 💀 skull_and_crossbones ☠️ hankey 💩 clown_face 🤡 ghost 👻 alien 👽
space_invader 👾 wave 👋 raised_back_of_hand 🤚 raised_hand_with_fingers_splayed 🖐️ hand ✋ spock-hand 🖖 rightwards_hand 🫱 leftwards_hand 🫲
palm_down_hand 🫳 palm_up_hand 🫴 leftwards_pushing_hand 🫷 rightwards_pushing_hand 🫸 ok_hand 👌 pinched_fingers 🤌 pinching_hand 🤏 v ✌️ crossed_fingers 🤞
hand_with_index_finger_and_thumb_crossed 🫰 i_love_you_hand_sign 🤟 the_horns 🤘 call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆 middle_finger 🖕
point_down 👇 point_up ☝️ index_pointing_at_the_viewer 🫵 +1 👍 -1 👎 fist ✊ left-facing_fist 🤛 right-facing_fist 🤜 clap 👏 raised_hands 🙌 heart_hands 🫶
open_hands 👐 palms_up_together 🤲 handshake 🤝 pray 🙏 writing_hand ✍️ nail_care 💅 selfie 🤳 muscle 💪 mechanical_arm 🦾 mechanical_leg 🦿 ear 👂 nose 👃
brain 🧠 anatomical_heart 🫀 lungs 🫁 tooth 🦷 bone 🦴 eyes 👀 eye 👁️ tongue 👅 lips 👄 baby 👶 no_good 🙅 ok_woman 🙆 information_desk_person 💁 raising_hand 🙋
deaf_person 🧏 bow 🙇 face_palm 🤦 shrug 🤷 judge 🧑‍⚖️ mechanic 🧑‍🔧 office_worker 🧑‍💼 scientist 🧑‍🔬 technologist 🧑‍💻 pilot 🧑‍✈️ astronaut 🧑‍🚀
firefighter 🧑‍🚒 cop 👮 sleuth_or_spy 🕵️ guardsman 💂 ninja 🥷 construction_worker 👷 superhero 🦸 supervillain 🦹 mage 🧙 vampire 🧛 zombie 🧟 troll 🧌
walking 🚶 standing_person 🧍 kneeling_person 🧎 runner 🏃 dancer 💃 dancers 👯 weight_lifter 🏋️ bicyclist 🚴 juggling 🤹 person_in_lotus_position 🧘
speaking_head_in_silhouette 🗣️ bust_in_silhouette 👤 busts_in_silhouette 👥 people_hugging 🫂 footprints 👣 robot_face 🤖 smiley_cat 😺 smile_cat 😸
joy_cat 😹 heart_eyes_cat 😻 scream_cat 🙀 crying_cat_face 😿 pouting_cat 😾 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 love_letter 💌 cupid 💘
gift_heart 💝 sparkling_heart 💖 heartpulse 💗 heartbeat 💓 revolving_hearts 💞 two_hearts 💕 heart_decoration 💟 heavy_heart_exclamation_mark_ornament ❣️
broken_heart 💔 heart_on_fire ❤️‍🔥 mending_heart ❤️‍🩹 heart ❤️ pink_heart 🩷 orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 light_blue_heart 🩵
purple_heart 💜 brown_heart 🤎 black_heart 🖤 grey_heart 🩶 white_heart 🤍 kiss 💋 100 💯 anger 💢 boom 💥 dizzy 💫 sweat_drops 💦 dash 💨 hole 🕳️
speech_balloon 💬 eye-in-speech-bubble 👁️‍🗨️ left_speech_bubble 🗨️ right_anger_bubble 🗯️ thought_balloon 💭 zzz 💤
monkey_face 🐵 monkey 🐒 gorilla 🦍 dog 🐶 dog2 🐕 wolf 🐺 fox_face 🦊 raccoon 🦝 cat 🐱 cat2 🐈 lion_face 🦁 tiger 🐯 horse 🐴 unicorn_face 🦄 zebra_face 🦓 cow 🐮
pig 🐷 boar 🐗 ram 🐏 sheep 🐑 goat 🐐 camel 🐫 llama 🦙 giraffe_face 🦒 elephant 🐘 mouse 🐭 rat 🐀 rabbit 🐰 chipmunk 🐿️ hedgehog 🦔 bat 🦇 bear 🐻 polar_bear 🐻‍❄️
koala 🐨 panda_face 🐼 sloth 🦥 otter 🦦 skunk 🦨 kangaroo 🦘 badger 🦡 turkey 🦃 chicken 🐔 hatching_chick 🐣 baby_chick 🐤 bird 🐦 penguin 🐧 dove_of_peace 🕊️
eagle 🦅 duck 🦆 swan 🦢 owl 🦉 flamingo 🦩 parrot 🦜 goose 🪿 frog 🐸 crocodile 🐊 turtle 🐢 lizard 🦎 snake 🐍 dragon_face 🐲 dragon 🐉 sauropod 🦕 t-rex 🦖 whale 🐳
dolphin 🐬 fish 🐟 tropical_fish 🐠 blowfish 🐡 shark 🦈 octopus 🐙 shell 🐚 snail 🐌 butterfly 🦋 bug 🐛 ant 🐜 bee 🐝 beetle 🪲 ladybug 🐞 cricket 🦗 spider 🕷️
spider_web 🕸️ scorpion 🦂 mosquito 🦟 fly 🪰 worm 🪱 microbe 🦠 bouquet 💐 cherry_blossom 🌸 rose 🌹 sunflower 🌻 tulip 🌷 seedling 🌱 evergreen_tree 🌲
deciduous_tree 🌳 palm_tree 🌴 cactus 🌵 herb 🌿 four_leaf_clover 🍀 maple_leaf 🍁 fallen_leaf 🍂 leaves 🍃 mushroom 🍄
grapes 🍇 melon 🍈 watermelon 🍉 tangerine 🍊 lemon 🍋 banana 🍌 pineapple 🍍 mango 🥭 apple 🍎 green_apple 🍏 pear 🍐 peach 🍑 cherries 🍒 strawberry 🍓
blueberries 🫐 kiwifruit 🥝 tomato 🍅 coconut 🥥 avocado 🥑 eggplant 🍆 potato 🥔 carrot 🥕 corn 🌽 hot_pepper 🌶️ cucumber 🥒 broccoli 🥦 garlic 🧄 onion 🧅
bread 🍞 croissant 🥐 baguette_bread 🥖 pretzel 🥨 bagel 🥯 pancakes 🥞 waffle 🧇 cheese_wedge 🧀 bacon 🥓 hamburger 🍔 fries 🍟 pizza 🍕 hotdog 🌭 sandwich 🥪
taco 🌮 burrito 🌯 egg 🥚 fried_egg 🍳 stew 🍲 green_salad 🥗 popcorn 🍿 salt 🧂 canned_food 🥫 rice 🍚 curry 🍛 ramen 🍜 spaghetti 🍝 sushi 🍣 dumpling 🥟
fortune_cookie 🥠 crab 🦀 lobster 🦞 shrimp 🦐 icecream 🍦 doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 cupcake 🧁 pie 🥧 chocolate_bar 🍫 candy 🍬 lollipop 🍭
coffee ☕ teapot 🫖 tea 🍵 champagne 🍾 wine_glass 🍷 cocktail 🍸 tropical_drink 🍹 beer 🍺 beers 🍻 clinking_glasses 🥂 bubble_tea 🧋 ice_cube 🧊
knife_fork_plate 🍽️ fork_and_knife 🍴 spoon 🥄
jack_o_lantern 🎃 christmas_tree 🎄 fireworks 🎆 sparkler 🎇 firecracker 🧨 sparkles ✨ balloon 🎈 tada 🎉 confetti_ball 🎊 gift 🎁 reminder_ribbon 🎗️ ticket 🎫
medal 🎖️ trophy 🏆 sports_medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 soccer ⚽ baseball ⚾ basketball 🏀 volleyball 🏐 football 🏈
tennis 🎾 bowling 🎳 table_tennis_paddle_and_ball 🏓 boxing_glove 🥊 goal_net 🥅 golf ⛳ dart 🎯 yo-yo 🪀 kite 🪁 8ball 🎱 crystal_ball 🔮 magic_wand 🪄
video_game 🎮 joystick 🕹️ slot_machine 🎰 game_die 🎲 jigsaw 🧩 teddy_bear 🧸 nesting_dolls 🪆 spades ♠️ hearts ♥️ diamonds ♦️ clubs ♣️ chess_pawn ♟️
black_joker 🃏 performing_arts 🎭 frame_with_picture 🖼️ art 🎨 thread 🧵 yarn 🧶 knot 🪢
earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 world_map 🗺️ compass 🧭 mountain ⛰️ volcano 🌋 camping 🏕️ beach_with_umbrella 🏖️
desert_island 🏝️ stadium 🏟️ classical_building 🏛️ building_construction 🏗️ bricks 🧱 rock 🪨 house 🏠 derelict_house_building 🏚️ office 🏢 post_office 🏣
hospital 🏥 bank 🏦 hotel 🏨 convenience_store 🏪 school 🏫 factory 🏭 european_castle 🏰 church ⛪ fountain ⛲ tent ⛺ foggy 🌁 night_with_stars 🌃 sunrise 🌅
city_sunset 🌆 bridge_at_night 🌉 roller_coaster 🎢 circus_tent 🎪 steam_locomotive 🚂 bullettrain_side 🚄 train 🚋 metro 🚇 station 🚉 tram 🚊 bus 🚌 minibus 🚐
ambulance 🚑 fire_engine 🚒 police_car 🚓 taxi 🚕 car 🚗 truck 🚚 tractor 🚜 racing_car 🏎️ motor_scooter 🛵 bike 🚲 scooter 🛴 skateboard 🛹 busstop 🚏
motorway 🛣️ fuelpump ⛽ rotating_light 🚨 traffic_light 🚥 vertical_traffic_light 🚦 octagonal_sign 🛑 construction 🚧 anchor ⚓ ring_buoy 🛟 boat ⛵
speedboat 🚤 ship 🚢 airplane ✈️ airplane_departure 🛫 airplane_arriving 🛬 parachute 🪂 helicopter 🚁 satellite 🛰️ rocket 🚀 flying_saucer 🛸 bellhop_bell 🛎️
hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock12 🕛 clock1 🕐 clock2 🕑 clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕
clock7 🕖 clock8 🕗 clock9 🕘 clock10 🕙 clock11 🕚 new_moon 🌑 first_quarter_moon 🌓 full_moon 🌕 last_quarter_moon 🌗 crescent_moon 🌙 thermometer 🌡️ sunny ☀️
sun_with_face 🌞 star ⭐ star2 🌟 stars 🌠 milky_way 🌌 cloud ☁️ partly_sunny ⛅ thunder_cloud_and_rain ⛈️ mostly_sunny 🌤️ rain_cloud 🌧️ snow_cloud 🌨️
lightning 🌩️ tornado 🌪️ fog 🌫️ wind_blowing_face 🌬️ cyclone 🌀 rainbow 🌈 umbrella ☂️ umbrella_with_rain_drops ☔ zap ⚡ snowflake ❄️ snowman ☃️ comet ☄️
fire 🔥 droplet 💧 ocean 🌊
eyeglasses 👓 dark_sunglasses 🕶️ goggles 🥽 lab_coat 🥼 safety_vest 🦺 necktie 👔 shirt 👕 jeans 👖 scarf 🧣 gloves 🧤 coat 🧥 socks 🧦 shopping_bags 🛍️
school_satchel 🎒 mans_shoe 👞 athletic_shoe 👟 hiking_boot 🥾 high_heel 👠 sandal 👡 boot 👢 crown 👑 tophat 🎩 mortar_board 🎓 billed_cap 🧢 military_helmet 🪖
helmet_with_white_cross ⛑️ ring 💍 gem 💎 mute 🔇 speaker 🔈 sound 🔉 loud_sound 🔊 loudspeaker 📢 mega 📣 postal_horn 📯 bell 🔔 no_bell 🔕 musical_score 🎼
musical_note 🎵 notes 🎶 studio_microphone 🎙️ level_slider 🎚️ control_knobs 🎛️ microphone 🎤 headphones 🎧 radio 📻 saxophone 🎷 accordion 🪗 guitar 🎸
musical_keyboard 🎹 trumpet 🎺 violin 🎻 banjo 🪕 drum_with_drumsticks 🥁 long_drum 🪘 maracas 🪇 flute 🪈 iphone 📱 calling 📲 phone ☎️ telephone_receiver 📞
pager 📟 fax 📠 battery 🔋 low_battery 🪫 electric_plug 🔌 computer 💻 desktop_computer 🖥️ printer 🖨️ keyboard ⌨️ three_button_mouse 🖱️ trackball 🖲️
minidisc 💽 floppy_disk 💾 cd 💿 dvd 📀 abacus 🧮 movie_camera 🎥 film_frames 🎞️ film_projector 📽️ clapper 🎬 tv 📺 camera 📷 camera_with_flash 📸
video_camera 📹 vhs 📼 mag 🔍 mag_right 🔎 candle 🕯️ bulb 💡 flashlight 🔦 izakaya_lantern 🏮 notebook_with_decorative_cover 📔 closed_book 📕 book 📖
green_book 📗 blue_book 📘 orange_book 📙 books 📚 notebook 📓 ledger 📒 page_with_curl 📃 scroll 📜 page_facing_up 📄 newspaper 📰 rolled_up_newspaper 🗞️
bookmark_tabs 📑 bookmark 🔖 label 🏷️ moneybag 💰 coin 🪙 yen 💴 dollar 💵 euro 💶 pound 💷 money_with_wings 💸 credit_card 💳 receipt 🧾 chart 💹 email ✉️
e-mail 📧 incoming_envelope 📨 envelope_with_arrow 📩 outbox_tray 📤 inbox_tray 📥 package 📦 mailbox 📫 mailbox_closed 📪 mailbox_with_mail 📬
mailbox_with_no_mail 📭 postbox 📮 ballot_box_with_ballot 🗳️ pencil2 ✏️ black_nib ✒️ lower_left_fountain_pen 🖋️ lower_left_ballpoint_pen 🖊️
lower_left_paintbrush 🖌️ lower_left_crayon 🖍️ memo 📝 briefcase 💼 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ date 📅 calendar 📆
spiral_note_pad 🗒️ spiral_calendar_pad 🗓️ card_index 📇 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋 pushpin 📌
round_pushpin 📍 paperclip 📎 linked_paperclips 🖇️ straight_ruler 📏 triangular_ruler 📐 scissors ✂️ card_file_box 🗃️ file_cabinet 🗄️ wastebasket 🗑️
lock 🔒 unlock 🔓 lock_with_ink_pen 🔏 closed_lock_with_key 🔐 key 🔑 old_key 🗝️ hammer 🔨 axe 🪓 pick ⛏️ hammer_and_pick ⚒️ hammer_and_wrench 🛠️
dagger_knife 🗡️ crossed_swords ⚔️ bomb 💣 boomerang 🪃 bow_and_arrow 🏹 shield 🛡️ carpentry_saw 🪚 wrench 🔧 screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️
compression 🗜️ scales ⚖️ probing_cane 🦯 link 🔗 chains ⛓️ hook 🪝 toolbox 🧰 magnet 🧲 ladder 🪜 alembic ⚗️ test_tube 🧪 petri_dish 🧫 dna 🧬 microscope 🔬
telescope 🔭 satellite_antenna 📡 syringe 💉 drop_of_blood 🩸 pill 💊 adhesive_bandage 🩹 crutch 🩼 stethoscope 🩺 x-ray 🩻 door 🚪 elevator 🛗 mirror 🪞 window 🪟
bed 🛏️ couch_and_lamp 🛋️ chair 🪑 shower 🚿 bathtub 🛁 mouse_trap 🪤 razor 🪒 lotion_bottle 🧴 safety_pin 🧷 broom 🧹 basket 🧺 roll_of_paper 🧻 bucket 🪣 soap 🧼
bubbles 🫧 toothbrush 🪥 sponge 🧽 fire_extinguisher 🧯 shopping_trolley 🛒 nazar_amulet 🧿 hamsa 🪬 moyai 🗿 placard 🪧 identification_card 🪪
atm 🏧 put_litter_in_its_place 🚮 potable_water 🚰 wheelchair ♿ mens 🚹 womens 🚺 restroom 🚻 baby_symbol 🚼 wc 🚾 passport_control 🛂 customs 🛃
baggage_claim 🛄 left_luggage 🛅 warning ⚠️ children_crossing 🚸 no_entry ⛔ no_entry_sign 🚫 no_bicycles 🚳 no_smoking 🚭 do_not_litter 🚯
non-potable_water 🚱 no_pedestrians 🚷 no_mobile_phones 📵 underage 🔞 radioactive_sign ☢️ biohazard_sign ☣️ arrow_up ⬆️ arrow_upper_right ↗️
arrow_right ➡️ arrow_lower_right ↘️ arrow_down ⬇️ arrow_lower_left ↙️ arrow_left ⬅️ arrow_upper_left ↖️ arrow_up_down ↕️ left_right_arrow ↔️
leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_heading_up ⤴️ arrow_heading_down ⤵️ arrows_clockwise 🔃 arrows_counterclockwise 🔄 back 🔙 end 🔚
on 🔛 soon 🔜 top 🔝 atom_symbol ⚛️ yin_yang ☯️ peace_symbol ☮️ twisted_rightwards_arrows 🔀 repeat 🔁 repeat_one 🔂 arrow_forward ▶️ fast_forward ⏩
black_right_pointing_double_triangle_with_vertical_bar ⏭️ black_right_pointing_triangle_with_double_vertical_bar ⏯️ arrow_backward ◀️ rewind ⏪
black_left_pointing_double_triangle_with_vertical_bar ⏮️ arrow_up_small 🔼 arrow_double_up ⏫ arrow_down_small 🔽 arrow_double_down ⏬
double_vertical_bar ⏸️ black_square_for_stop ⏹️ black_circle_for_record ⏺️ eject ⏏️ cinema 🎦 low_brightness 🔅 high_brightness 🔆 signal_strength 📶
wireless 🛜 vibration_mode 📳 mobile_phone_off 📴 female_sign ♀️ male_sign ♂️ transgender_symbol ⚧️ heavy_multiplication_x ✖️ heavy_plus_sign ➕
heavy_minus_sign ➖ heavy_division_sign ➗ heavy_equals_sign 🟰 infinity ♾️ bangbang ‼️ interrobang ⁉️ question ❓ grey_question ❔ grey_exclamation ❕
exclamation ❗ wavy_dash 〰️ currency_exchange 💱 heavy_dollar_sign 💲 medical_symbol ⚕️ recycle ♻️ fleur_de_lis ⚜️ trident 🔱 name_badge 📛 beginner 🔰 o ⭕
white_check_mark ✅ ballot_box_with_check ☑️ heavy_check_mark ✔️ x ❌ negative_squared_cross_mark ❎ curly_loop ➰ loop ➿ part_alternation_mark 〽️
eight_spoked_asterisk ✳️ eight_pointed_black_star ✴️ sparkle ❇️ copyright ©️ registered ®️ tm ™️ hash #️⃣ keycap_star *️⃣ zero 0️⃣ one 1️⃣ two 2️⃣
three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 capital_abcd 🔠 abcd 🔡 1234 🔢 symbols 🔣 abc 🔤 a 🅰️ ab 🆎 b 🅱️ cl 🆑 cool 🆒
free 🆓 information_source ℹ️ id 🆔 m Ⓜ️ new 🆕 ng 🆖 o2 🅾️ ok 🆗 parking 🅿️ sos 🆘 up 🆙 vs 🆚 red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡
large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_red_square 🟥
large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪 large_brown_square 🟫 black_large_square ⬛
white_large_square ⬜ black_medium_square ◼️ white_medium_square ◻️ black_medium_small_square ◾ white_medium_small_square ◽ black_small_square ▪️
white_small_square ▫️ large_orange_diamond 🔶 large_blue_diamond 🔷 small_orange_diamond 🔸 small_blue_diamond 🔹 small_red_triangle 🔺
small_red_triangle_down 🔻 diamond_shape_with_a_dot_inside 💠 radio_button 🔘 white_square_button 🔳 black_square_button 🔲
checkered_flag 🏁 triangular_flag_on_post 🚩 crossed_flags 🎌 waving_black_flag 🏴 waving_white_flag 🏳️ rainbow-flag 🏳️‍🌈 pirate_flag 🏴‍☠️ flag-eu 🇪🇺
flag-un 🇺🇳
poop 💩 thumbsup 👍 thumbsdown 👎 punch 👊 collision 💥 raised_hand ✋ telephone ☎️ envelope ✉️ pencil 📝 heavy_exclamation_mark ❗ knife 🔪 tshirt 👕 shoe 👞
red_car 🚗 sailboat ⛵ open_book 📖 lantern 🏮 running 🏃 honeybee 🐝 satisfied 😆 sign_of_the_horns 🤘 paw_prints 🐾
`
