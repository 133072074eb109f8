"""The encyclopedia's addresses. The action comes first because titles contain slashes."""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from articles.views import (
    arranging,
    blocking,
    citing,
    drafts,
    editing,
    erasing,
    feeds,
    filtering,
    history,
    inbox,
    indexing,
    lists,
    measuring,
    mediawiki,
    moderation,
    reading,
    reviewing,
    ruling,
    search,
    undoing,
)


class TitleConverter:
    """A title in a path: underscores are spaces."""

    # Line ends too: they are no title's, and it is the view that says so and gives back the text that came along.
    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """Return the title as sent: the view answers other spellings with the canonical one."""
        return value

    def to_url(self, value: str) -> str:
        """Return the canonical spelling; `reverse` percent-encodes it."""
        return value.replace(" ", "_")


class SpecialConverter:
    """MediaWiki's `Special:Name`, the prefix in any case."""

    regex = r"(?i:special):[\s\S]+"

    def to_python(self, value: str) -> str:
        """Return what stands behind the prefix."""
        return value.partition(":")[2]

    def to_url(self, value: str) -> str:
        """Return the name with its prefix."""
        return f"Special:{value.replace(' ', '_')}"


register_converter(TitleConverter, "title")
register_converter(SpecialConverter, "special")

app_name = "articles"
urlpatterns = [
    path("", reading.main, name="main"),
    path("wiki/<special:name>", mediawiki.mediawiki_special, name="mediawiki_special"),
    # Where people who know other wikis look for the main page.
    path("wiki", RedirectView.as_view(pattern_name="articles:main", permanent=True)),
    path("wiki/", RedirectView.as_view(pattern_name="articles:main", permanent=True)),
    path("w/", RedirectView.as_view(pattern_name="articles:main", permanent=True)),
    path("wiki/Main_Page", RedirectView.as_view(pattern_name="articles:main", permanent=True)),
    path("wiki/<title:title>", reading.read, name="read"),
    path("section/<int:section_id>", reading.section, name="section"),
    path("raw/<title:title>", reading.raw, name="raw"),
    path("category/<title:name>", reading.category, name="category"),
    path("index/", reading.index, name="index"),
    path("index/<title:letter>", reading.index, name="index"),
    path("edit/<title:title>", editing.edit, name="edit"),
    path("preview/<title:title>", editing.preview, name="preview"),
    path("drafts", drafts.drafts, name="drafts"),
    path("drafts/<int:draft_id>", drafts.draft, name="draft"),
    path("drafts/sent/<int:submission_id>", drafts.sent_text, name="sent_text"),
    path("drafts/keep/<title:title>", drafts.keep_draft, name="keep_draft"),
    path("drafts/forget", drafts.forget_drafts, name="forget_drafts"),
    path("outline/<title:title>", arranging.outline, name="outline"),
    path("cite/<title:title>", citing.cite, name="cite"),
    path("history/<title:title>", history.history, name="history"),
    path("blame/<title:title>", history.blame, name="blame"),
    path("compare/", history.chosen, name="chosen"),
    path("compare/<str:old>/<str:new>", history.compare, name="compare"),
    path("revert/<int:edit_id>", history.revert, name="revert"),
    path("undo/<int:edit_id>", undoing.undo, name="undo"),
    path("rollback/<title:title>", undoing.rollback, name="rollback"),
    path("take-back/<title:name>", undoing.take_back, name="take_back"),
    path("taken-back/<int:number>", undoing.taken_back, name="taken_back"),
    path("recent", history.recent, name="recent"),
    path("patrol", history.patrol, name="patrol"),
    path("proposals/", reviewing.proposals, name="proposals"),
    path("proposals/topics", reviewing.topics, name="topics"),
    path("proposals/<int:proposal_id>", reviewing.proposal, name="proposal"),
    path("moderation/", inbox.inbox, name="inbox"),
    path("moderation/dashboard", measuring.dashboard, name="dashboard"),
    path("moderation/approvers", ruling.approvers, name="approvers"),
    path("move/<title:title>", moderation.move, name="move"),
    path("delete/<title:title>", moderation.delete, name="delete"),
    path("restore/<title:title>", moderation.restore, name="restore"),
    path("special/log", moderation.log, name="log"),
    path("special/blocks", blocking.blocks, name="blocks"),
    path("special/blocks/<int:block_id>", blocking.change_block, name="change_block"),
    path("special/block", blocking.block, name="block"),
    path("special/filters", filtering.filters, name="filters"),
    path("special/filters/new", filtering.new_filter, name="new_filter"),
    path("special/filters/<int:filter_id>", filtering.filter, name="filter"),
    path("special/filters/runs/<int:run_id>", filtering.dry_run, name="dry_run"),
    path("special/filters/hits", filtering.filter_hits, name="filter_hits"),
    path("special/filters/hits/<int:hit_id>", filtering.filter_hit, name="filter_hit"),
    path("special/domains", filtering.domains, name="domains"),
    path("special/look-up", blocking.look_up, name="look_up"),
    path("special/erase", erasing.erase, name="erase"),
    path("special/deleted", moderation.deleted, name="deleted"),
    path("hide/<int:edit_id>", moderation.hide, name="hide"),
    path("quarantine/<title:title>", moderation.quarantine, name="quarantine"),
    path("protect/<title:title>", moderation.protect, name="protect"),
    path("special/remove-sample", moderation.remove_sample, name="remove_sample"),
    path("special/", lists.special, name="special"),
    path("special/all", lists.all_pages, name="all_pages"),
    path("special/new", lists.new_pages, name="new_pages"),
    path("special/long", lists.long_pages, name="long_pages"),
    path("special/short", lists.short_pages, name="short_pages"),
    path("special/wanted", lists.wanted_pages, name="wanted_pages"),
    path("special/orphaned", lists.orphaned_pages, name="orphaned_pages"),
    path("special/stubs", lists.stubs, name="stubs"),
    path("special/categories", lists.categories, name="categories"),
    path("special/statistics", lists.statistics, name="statistics"),
    path("random", lists.random, name="random"),
    path("links/<title:title>", lists.links, name="links"),
    path("info/<title:title>", lists.info, name="info"),
    path("user/<title:name>", lists.user, name="user"),
    path("contributions/<title:name>", lists.contributions, name="contributions"),
    path("search", search.search, name="search"),
    path("suggest", search.suggest, name="suggest"),
    path("feeds/recent.atom", feeds.recent_feed, name="recent_feed"),
    path("feeds/new.atom", feeds.new_feed, name="new_feed"),
    path("feeds/history/<title:title>.atom", feeds.history_feed, name="history_feed"),
    path("sitemap.xml", indexing.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", indexing.sitemap_page, name="sitemap_page"),
    path("robots.txt", indexing.robots, name="robots"),
    path("opensearch.xml", indexing.opensearch, name="opensearch"),
    path("index.php", mediawiki.mediawiki, name="mediawiki"),
    path("w/index.php", mediawiki.mediawiki, name="mediawiki"),
    path("index.php/<title:title>", mediawiki.mediawiki, name="mediawiki"),
    path("w/index.php/<title:title>", mediawiki.mediawiki, name="mediawiki"),
    path("<special:name>", mediawiki.mediawiki_special, name="mediawiki_special"),
]
