using System.Text;
using Meshlift.Core.Enrolment;

namespace Meshlift.Tests.Migrating;

/// <summary>Who owns a file, by the rules of each forge.</summary>
public sealed class CodeOwnersTests
{
    [Theory]
    // docs.github.com, "About code owners": the examples of the page.
    [InlineData("* @o", "a/b.yaml", "@o")]
    [InlineData("*.js @o", "a/b.js", "@o")]
    [InlineData("*.js @o", "a/b.json", "")]
    [InlineData("/build/logs/ @o", "build/logs/a/b", "@o")]
    [InlineData("/build/logs/ @o", "x/build/logs/a", "")]
    [InlineData("docs/* @o", "docs/a.md", "@o")]
    [InlineData("docs/* @o", "docs/a/b.md", "")]
    [InlineData("apps/ @o", "x/apps/a", "@o")]
    [InlineData("/docs/ @o", "docs/a/b", "@o")]
    [InlineData("/apps/github @o", "apps/github/a", "@o")]
    [InlineData("**/logs @o", "a/b/logs/c", "@o")]
    [InlineData("/a/**/b @o", "a/b", "@o")]
    [InlineData("/a/**/b @o", "a/x/y/b/c", "@o")]
    [InlineData("/a/** @o", "a/x/y", "@o")]
    [InlineData("apps/shop @o", "x/apps/shop/a", "")]
    [InlineData("/a?c @o", "abc", "@o")]
    [InlineData("/a?c @o", "a/c", "")]
    // The last match wins, also one without owners.
    [InlineData("* @all\n/apps/ @apps @acme/team jane@example.com", "apps/a", "@apps @acme/team jane@example.com")]
    [InlineData("/apps/ @apps\n* @all", "apps/a", "@all")]
    [InlineData("/apps/ @apps\n/apps/open", "apps/open/a", "")]
    // Comments, blanks, other line ends, a byte order mark.
    [InlineData("\uFEFF# all\r\n\r\n* @o # us\r\n", "a", "@o")]
    [InlineData("/my\\ apps/ @o", "my apps/a", "@o")]
    // Capitals count.
    [InlineData("/Apps/ @o", "apps/a", "")]
    // Lines that are passed over.
    [InlineData("* @all\n!/apps/ @no", "apps/a", "@all")]
    [InlineData("* @all\n/ap[p]s/ @no", "apps/a", "@all")]
    [InlineData("* @all\n/apps/ nobody", "apps/a", "@all")]
    public void GitHub_takes_the_last_line_that_matches(string text, string path, string owners) => AssertOwners(OwnersDialect.GitHub, text, path, owners);

    [Theory]
    [InlineData("README.md @o", "a/b/README.md", "@o")]
    [InlineData("internal/README.md @o", "a/internal/README.md", "@o")]
    [InlineData("/docs @o", "docs/a", "")]
    [InlineData("/docs/ @o", "docs/a/b", "@o")]
    [InlineData("/docs/* @o", "docs/a/b", "")]
    [InlineData("/docs/**/ @o", "docs/a/b", "@o")]
    // Each section has its own last match; optional ones and numbers of approvals ask the same people.
    [InlineData("* @all\n[Apps] @team\n/apps/\n^[Docs][2] @writers\n/apps/*.md", "apps/a.md", "@all @team @writers")]
    [InlineData("[Apps] @team\n/apps/\n/apps/x @jane", "apps/x", "@jane")]
    [InlineData("[Apps]\n/apps/ @a\n[APPS]\n/apps/ @b", "apps/x", "@b")]
    [InlineData("/apps/ @a\n!/apps/open", "apps/open", "")]
    [InlineData("/apps/ nobody @a", "apps/x", "@a")]
    public void GitLab_takes_the_last_line_of_every_section(string text, string path, string owners) => AssertOwners(OwnersDialect.GitLab, text, path, owners);

    [Theory]
    [InlineData(".*\\.go @go\napps/.* @apps", "apps/a.go", "@go @apps")]
    [InlineData("apps @o", "apps/a", "")]
    public void Gitea_reads_regular_expressions_and_takes_every_line(string text, string path, string owners) => AssertOwners(OwnersDialect.Gitea, text, path, owners);

    [Fact]
    public void A_broken_line_is_told_with_its_place()
    {
        var file = CodeOwnersFile.Read("* @o\n!/x @o\n/y/ me\n"u8, "CODEOWNERS", OwnersDialect.GitHub);
        Assert.Equal("CODEOWNERS:2: '!/x' is no pattern: a pattern cannot begin with '!' here\nCODEOWNERS:3: 'me' is no owner: a user or a team begins with '@', anything else is an e-mail address", string.Join('\n', file.Problems));
        Assert.Equal("CODEOWNERS:1: '(' is no pattern: it is no regular expression", Assert.Single(CodeOwnersFile.Read("( @o"u8, "CODEOWNERS", OwnersDialect.Gitea).Problems));
        Assert.Equal("CODEOWNERS:1: a section is written [Name], with or without '^' before and [number] behind it", Assert.Single(CodeOwnersFile.Read("[Apps @o"u8, "CODEOWNERS", OwnersDialect.GitLab).Problems));
    }

    [Fact]
    public void A_file_beyond_all_bounds_owns_nothing_and_says_so()
    {
        var file = CodeOwnersFile.Read(new byte[(3 << 20) + 1], "CODEOWNERS", OwnersDialect.GitHub);
        Assert.Contains("larger than 3 MiB", Assert.Single(file.Problems), StringComparison.Ordinal);
        Assert.Empty(file.OwnersOf("a"));
    }

    private static void AssertOwners(OwnersDialect dialect, string text, string path, string owners) =>
        Assert.Equal(owners, string.Join(' ', CodeOwnersFile.Read(Encoding.UTF8.GetBytes(text), "CODEOWNERS", dialect).OwnersOf(path)));
}
