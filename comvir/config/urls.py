"""Every address of the house: the one list. Its names are the rows of the authorisation matrix."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from comvir.web import (
    attesting,
    circles,
    circlesettings,
    demo,
    drafts,
    entrance,
    first,
    helping,
    huddles,
    invitations,
    joining,
    me,
    members,
    messages,
    notices,
    persons,
    pictures,
    threads,
    today,
)
from comvir.web.addresses import Handle, Number

register_converter(Handle, "handle")
register_converter(Number, "number")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("notices/", notices.settle, name="notices"),
    # Circles
    path("c/", circles.circles, name="circles"),
    path("c/new", circles.open_circle, name="circle-new"),
    path("c/<handle:slug>/", circles.circle, name="circle"),
    path("c/<handle:slug>/about", circles.about, name="circle-about"),
    path("c/<handle:slug>/about/<number:version>/", circles.charter, name="charter"),
    path("c/<handle:slug>/write", threads.write, name="write"),
    path("c/<handle:slug>/m/", members.members, name="members"),
    path("c/<handle:slug>/m/<handle:handle>/welcome", members.welcome, name="welcome"),
    path("c/<handle:slug>/m/<handle:handle>/role", members.role, name="role"),
    path("c/<handle:slug>/m/<handle:handle>/part", members.part, name="part"),
    path("c/<handle:slug>/join", joining.join, name="join"),
    path("c/<handle:slug>/leave", joining.leave, name="leave"),
    path("c/<handle:slug>/requests/", joining.requests, name="requests"),
    path("c/<handle:slug>/requests/<number:pk>/", joining.request_page, name="request"),
    path("c/<handle:slug>/requests/<number:pk>/answer", joining.answer_request, name="request-answer"),
    path("c/<handle:slug>/invite", invitations.invite, name="invite"),
    path("c/<handle:slug>/invite/<number:pk>/withdraw", invitations.withdraw, name="invitation-withdraw"),
    path("c/<handle:slug>/settings", circlesettings.settings, name="circle-settings"),
    path("c/<handle:slug>/settings/charter", circlesettings.charter, name="circle-charter"),
    path("c/<handle:slug>/huddles/", huddles.huddles, name="huddles"),
    path("c/<handle:slug>/huddles/<number:pk>/", huddles.huddle, name="huddle"),
    path("c/<handle:slug>/huddles/<number:pk>/write", threads.write_in_huddle, name="huddle-write"),
    path("c/<handle:slug>/huddles/<number:pk>/people", huddles.people, name="huddle-people"),
    path("c/<handle:slug>/huddles/<number:pk>/leave", huddles.leave, name="huddle-leave"),
    # Conversation
    path("t/<number:pk>/", threads.thread, name="thread"),
    path("t/<number:pk>/row", threads.thread_row, name="thread-row"),
    path("m/<number:pk>/", messages.message, name="message"),
    path("m/<number:pk>/row", messages.message_row, name="message-row"),
    path("m/<number:pk>/edit", messages.edit, name="message-edit"),
    path("m/<number:pk>/history", messages.history, name="message-history"),
    path("m/<number:pk>/removal", messages.removal, name="message-removal"),
    path("m/<number:pk>/standing", attesting.standing, name="message-standing"),
    path("m/<number:pk>/attest", attesting.attest, name="attest"),
    path("m/<number:pk>/attest/back", attesting.take_back, name="attest-back"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/keep", drafts.keep, name="draft-keep"),
    path("drafts/<number:pk>/discard", drafts.discard, name="draft-discard"),
    path("pictures/", pictures.add, name="pictures"),
    path("pictures/<slug:name>.webp", pictures.file, name="picture-file"),
    path("pictures/<number:pk>/describe", pictures.describe, name="picture-describe"),
    path("pictures/<number:pk>/discard", pictures.discard, name="picture-discard"),
    # People
    path("p/<handle:handle>/", persons.person, name="person"),
    path("p/<handle:handle>/picture", persons.picture, name="picture"),
    path("p/<handle:handle>/block", persons.block, name="block"),
    path("me/", me.me, name="me"),
    path("me/profile", me.profile, name="profile"),
    path("me/look", me.look, name="look"),
    path("me/blocks", me.blocks, name="blocks"),
    # Coming in
    path("i/<slug:code>/", invitations.invitation, name="invitation"),
    path("in/name", entrance.name, name="name"),
    path("in/key/<str:key>/", entrance.key, name="key"),
    path("in/", include(entrance.urlpatterns)),
    path("first/<str:key>/", first.first, name="first"),
    path("demo/", demo.demo, name="demo"),
    path("help/", helping.helping, name="help"),
    path("help/<slug:page>/", helping.page, name="help-page"),
]

handler400 = "comvir.web.errors.bad_request"
handler403 = "comvir.web.errors.forbidden"
handler404 = "comvir.web.errors.not_found"
handler500 = "comvir.web.errors.broken"
