package gitlab

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/incident"
)

// maxLookAlikes bounds how many accounts that a search gives are looked at.
const maxLookAlikes = 5

// account is somebody as GET /users/:id tells. Other people's private address
// is for administrators only; public_email is what they chose to show ("Users
// API", "Get a single user").
type account struct {
	ID          int    `json:"id"`
	Username    string `json:"username"`
	PublicEmail string `json:"public_email"`
}

func (a account) incident() incident.Account {
	return incident.Account{ID: a.ID, Username: a.Username, Email: a.PublicEmail}
}

// Account finds an account by its username, in any letter case.
func (c *Client) Account(ctx context.Context, username string) (incident.Account, bool, error) {
	const call = "gitlab find user"
	var found []user
	opt := &gl.ListUsersOptions{Username: &username}
	if _, err := c.send(ctx, call, http.MethodGet, "users", opt, &found); err != nil {
		return incident.Account{}, false, err
	}
	for _, u := range found {
		if strings.EqualFold(u.Username, username) {
			a, err := c.account(ctx, call, u.ID)
			return a.incident(), err == nil, err
		}
	}
	return incident.Account{}, false, nil
}

// AccountByEmail finds an account by the address it shows publicly: GitLab
// lets others than administrators search for no other ("Users API", "List
// users": search by name, username or public email).
func (c *Client) AccountByEmail(ctx context.Context, email string) (incident.Account, bool, error) {
	const call = "gitlab find user by e-mail"
	var found []user
	opt := &gl.ListUsersOptions{Search: &email}
	if _, err := c.send(ctx, call, http.MethodGet, "users", opt, &found); err != nil {
		return incident.Account{}, false, err
	}
	// The search also gives people whose name looks like it.
	for _, u := range found[:min(len(found), maxLookAlikes)] {
		a, err := c.account(ctx, call, u.ID)
		if err != nil {
			return incident.Account{}, false, err
		}
		if strings.EqualFold(a.PublicEmail, email) {
			return a.incident(), true, nil
		}
	}
	return incident.Account{}, false, nil
}

func (c *Client) account(ctx context.Context, call string, id int) (account, error) {
	var a account
	_, err := c.send(ctx, call, http.MethodGet, "users/"+strconv.Itoa(id), nil, &a)
	return a, err
}

// Project asks whether the project can be seen. An issue that is not there is
// told from a project that is not.
func (c *Client) Project(ctx context.Context) error {
	var p struct{}
	_, err := c.send(ctx, "gitlab get project", http.MethodGet, c.path(), nil, &p)
	return err
}
