package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"firebreak/integrations/sandbox"
)

// Options shape a server. Only Sandbox is needed.
type Options struct {
	Sandbox  *sandbox.Sandbox
	Bot      Bot             // nil: nobody to kill
	Player   *Player         // nil: free play only
	Manifest json.RawMessage // the app's manifest: commands, shortcuts
	// Account says what the bot recorded against what was sent; nil: nothing is
	// known of it.
	Account func(context.Context) (Account, error)
	Logger  *slog.Logger // nil discards
}

// Server answers the browser.
type Server struct {
	sb       *sandbox.Sandbox
	bot      Bot
	player   *Player
	manifest manifest
	account  func(context.Context) (Account, error)
	log      *slog.Logger
	static   map[string]asset // by URL path
	handler  http.Handler
	born     string // tells a browser that this is another sandbox than before
	shelf    *shelf
	marks    *readMarks
	board    *switchboard
	streams  chan struct{} // as many as are open

	mu       sync.Mutex
	life     context.Context // of Serve; nil outside of it
	ended    bool            // nothing new begins
	storming bool
	working  sync.WaitGroup // requests and storms
}

// New returns a server on a sandbox.
func New(opts Options) *Server {
	s := &Server{
		sb: opts.Sandbox, bot: opts.Bot, player: opts.Player, account: opts.Account, log: opts.Logger,
		manifest: readManifest(opts.Manifest), static: assets(files),
		shelf: newShelf(opts.Sandbox), marks: newReadMarks(),
		board: newSwitchboard(opts.Sandbox), streams: make(chan struct{}, maxStreams),
		born: time.Now().UTC().Format(time.RFC3339Nano),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.handler = s.tracked(s.fence(s.routes()))
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }
