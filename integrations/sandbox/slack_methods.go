package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// slackMethod is a Web API method as Slack's reference describes it.
type slackMethod struct {
	name     string
	tier     slackTier
	json     bool     // takes a JSON body
	scopes   []string // of which a bot token needs one
	required []string
	missing  map[string]string // error code for a missing argument; else invalid_arguments
	blank    string            // a required argument that may be empty (assumed): it empties a text
	do       func(*slackCall) (slackOut, error)
}

// mayAnswer says whether the reference lists code for the method.
func (m *slackMethod) mayAnswer(code string) bool {
	return hasWord(slackCommonErrors, code) || hasWord(slackErrors[m.name], code)
}

func hasWord(list, word string) bool {
	return strings.Contains(" "+list+" ", " "+word+" ")
}

// slackMethods are the methods that the emulator knows, from Slack's method
// reference of August 2026 (documented). Scopes for direct messages are left out.
var slackMethods = nameMethods(map[string]slackMethod{
	"auth.test": {
		tier: tierWide,
		json: true,
		do:   methodAuthTest,
	},
	"apps.connections.open": {
		tier: tier3,
		json: true,
		do:   methodConnectionsOpen,
	},
	"conversations.create": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"groups:write", "channels:write", "channels:manage"},
		required: []string{"name"},
		missing:  map[string]string{"name": "invalid_name_required"},
		do:       methodConversationsCreate,
	},
	"conversations.info": {
		tier:     tier3,
		scopes:   []string{"groups:read", "channels:read"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsInfo,
	},
	"conversations.list": {
		tier:   tier2,
		scopes: []string{"groups:read", "channels:read"},
		do:     methodConversationsList,
	},
	"conversations.history": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"groups:history", "channels:history"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsHistory,
	},
	"conversations.replies": {
		tier:     tier3,
		scopes:   []string{"groups:history", "channels:history"},
		required: []string{"channel", "ts"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsReplies,
	},
	"conversations.members": {
		tier:     tier4,
		scopes:   []string{"groups:read", "channels:read"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsMembers,
	},
	"conversations.invite": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"channels:write.invites", "groups:write.invites", "channels:manage", "groups:write"},
		required: []string{"channel", "users"},
		missing:  map[string]string{"channel": "channel_not_found", "users": "no_user"},
		do:       methodConversationsInvite,
	},
	"conversations.join": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"channels:join"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsJoin,
	},
	"conversations.leave": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"groups:write", "channels:write", "channels:manage"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsLeave,
	},
	"conversations.kick": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"groups:write", "channels:manage"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsKick,
	},
	"conversations.archive": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"groups:write", "channels:write", "channels:manage"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsArchive,
	},
	"conversations.unarchive": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"groups:write", "channels:write", "channels:manage"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsUnarchive,
	},
	"conversations.rename": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"groups:write", "channels:write", "channels:manage"},
		required: []string{"channel", "name"},
		missing:  map[string]string{"channel": "channel_not_found", "name": "invalid_name_required"},
		do:       methodConversationsRename,
	},
	"conversations.setTopic": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"channels:write.topic", "groups:write.topic", "channels:manage", "groups:write"},
		required: []string{"channel", "topic"},
		blank:    "topic",
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsSetTopic,
	},
	"conversations.setPurpose": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"channels:write.topic", "groups:write.topic", "channels:manage", "groups:write"},
		required: []string{"channel", "purpose"},
		blank:    "purpose",
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodConversationsSetPurpose,
	},
	"users.conversations": {
		tier:   tier3,
		scopes: []string{"groups:read", "channels:read"},
		do:     methodUsersConversations,
	},
	"users.info": {
		tier:     tier4,
		scopes:   []string{"users:read"},
		required: []string{"user"},
		do:       methodUsersInfo,
	},
	"users.lookupByEmail": {
		tier:     tier3,
		scopes:   []string{"users:read.email"},
		required: []string{"email"},
		do:       methodUsersLookupByEmail,
	},
	"users.list": {
		tier:   tier2,
		scopes: []string{"users:read"},
		do:     methodUsersList,
	},
	"usergroups.list": {
		tier:   tier2,
		scopes: []string{"usergroups:read"},
		do:     methodUsergroupsList,
	},
	"usergroups.users.list": {
		tier:     tier2,
		scopes:   []string{"usergroups:read"},
		required: []string{"usergroup"},
		do:       methodUsergroupsUsersList,
	},
	"chat.postMessage": {
		tier:     tierPost,
		json:     true,
		scopes:   []string{"chat:write"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodChatPostMessage,
	},
	"chat.postEphemeral": {
		tier:     tier4,
		json:     true,
		scopes:   []string{"chat:write"},
		required: []string{"channel", "user"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodChatPostEphemeral,
	},
	"chat.update": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"chat:write"},
		required: []string{"channel", "ts"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodChatUpdate,
	},
	"chat.delete": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"chat:write"},
		required: []string{"channel", "ts"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodChatDelete,
	},
	"chat.getPermalink": {
		tier:     tierWide,
		required: []string{"channel", "message_ts"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodChatGetPermalink,
	},
	"reactions.add": {
		tier:     tier3,
		json:     true,
		scopes:   []string{"reactions:write"},
		required: []string{"channel", "name", "timestamp"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodReactionsAdd,
	},
	"reactions.remove": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"reactions:write"},
		required: []string{"name"},
		do:       methodReactionsRemove,
	},
	"reactions.get": {
		tier:   tier3,
		scopes: []string{"reactions:read"},
		do:     methodReactionsGet,
	},
	"pins.add": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"pins:write"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodPinsAdd,
	},
	"pins.remove": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"pins:write"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodPinsRemove,
	},
	"pins.list": {
		tier:     tier2,
		scopes:   []string{"pins:read"},
		required: []string{"channel"},
		missing:  map[string]string{"channel": "channel_not_found"},
		do:       methodPinsList,
	},
	"bookmarks.add": {
		tier:     tier2,
		json:     true,
		scopes:   []string{"bookmarks:write"},
		required: []string{"title", "type"},
		do:       methodBookmarksAdd,
	},
	"bookmarks.list": {
		tier:   tier3,
		json:   true,
		scopes: []string{"bookmarks:read"},
		do:     methodBookmarksList,
	},
	"bookmarks.edit": {
		tier:   tier2,
		json:   true,
		scopes: []string{"bookmarks:write"},
		do:     methodBookmarksEdit,
	},
	"bookmarks.remove": {
		tier:   tier2,
		json:   true,
		scopes: []string{"bookmarks:write"},
		do:     methodBookmarksRemove,
	},
	"files.info": {
		tier:     tier4,
		scopes:   []string{"files:read"},
		required: []string{"file"},
		do:       methodFilesInfo,
	},
	"files.getUploadURLExternal": {
		tier:     tier4,
		scopes:   []string{"files:write"},
		required: []string{"length", "filename"},
		missing:  map[string]string{"length": "missing_argument", "filename": "missing_argument"},
		do:       methodFilesGetUploadURL,
	},
	"files.completeUploadExternal": {
		tier:     tier4,
		json:     true,
		scopes:   []string{"files:write"},
		required: []string{"files"},
		do:       methodFilesCompleteUpload,
	},
	"views.open": {
		tier:     tier4,
		json:     true,
		required: []string{"view"},
		do:       methodViewsOpen,
	},
	"views.push": {
		tier:     tier4,
		json:     true,
		required: []string{"view"},
		do:       methodViewsPush,
	},
	"views.update": {
		tier:     tier4,
		json:     true,
		required: []string{"view"},
		do:       methodViewsUpdate,
	},
	"views.publish": {
		tier:     tier4,
		json:     true,
		required: []string{"user_id", "view"},
		do:       methodViewsPublish,
	},
	"team.info": {
		tier:   tier3,
		json:   true,
		scopes: []string{"team:read"},
		do:     methodTeamInfo,
	},
})

// Calls lists the Web API methods that the emulator knows.
func (s *Slack) Calls() []string { return slices.Sorted(maps.Keys(slackMethods)) }

func nameMethods(methods map[string]slackMethod) map[string]slackMethod {
	for name, m := range methods {
		m.name = name
		methods[name] = m
	}
	return methods
}
