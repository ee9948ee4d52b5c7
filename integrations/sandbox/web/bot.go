package web

// Bot is the process under test, which can be killed and started.
type Bot interface {
	Alive() bool
	Restarts() int
	Kill() error
	Start() error
}

// botState is whether the bot lives.
type botState struct {
	Alive    bool `json:"alive"`
	Restarts int  `json:"restarts"`
}

func (s *Server) botState() *botState {
	if s.bot == nil {
		return nil
	}
	return &botState{Alive: s.bot.Alive(), Restarts: s.bot.Restarts()}
}

func (s *Server) withBot(do func(Bot) error) error {
	if s.bot == nil {
		return refused("there is no bot to kill or start here")
	}
	return do(s.bot)
}
