using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Knowledge;

public sealed class VersionTableTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void Shown_is_what_is_wanted_installed_or_the_last_patch_of_a_new_minor()
    {
        var table = Table(["1.24.0", "1.25.0", "1.28.0", "1.28.1", "1.29.5", "1.29.6", "1.30.2", "1.30.3", "1.31.0-rc.0", "1.31.0"], "~1.30", installed: ["1.25.0"]);
        Assert.Equal(["1.31.0", "1.30.3", "1.30.2", "1.29.6", "1.28.1", "1.25.0"], table.Rows.Select(row => row.Version.ToString()));
        Assert.Equal(("1.30.3", 4), (table.Proposed?.ToString(), table.Hidden));
    }

    [Fact]
    public void Everything_is_shown_when_asked_for()
    {
        var table = Table(["1.24.0", "1.24.1", "1.31.0-rc.0"], "~1.30", all: true);
        Assert.Equal(["1.31.0-rc.0", "1.24.1", "1.24.0"], table.Rows.Select(row => row.Version.ToString()));
        Assert.Equal((null, 0), (table.Proposed, table.Hidden));
    }

    [Fact]
    public void What_is_forbidden_is_never_proposed()
    {
        var table = Table(["1.30.2", "1.30.3"], "1.30.*", never: ["1.30.3"]);
        Assert.Equal("1.30.2", table.Proposed?.ToString());
        Assert.Equal(("spec.istio.never", false), (table.Rows[0].Forbidden, table.Rows[0].IsInRange));
        Assert.Equal("ISTIO-SECURITY-2022-006", Table(["1.14.2"], "*", never: ["1.14.2"]).Rows[0].Forbidden);
    }

    [Fact]
    public void What_is_published_is_unknown_when_nobody_tells()
    {
        var table = Table(null, "1.30.*", installed: ["1.30.3"]);
        Assert.Equal((null, null), (Assert.Single(table.Rows).IsPublished, table.Proposed));
        Assert.False(Assert.Single(Table([], "1.30.*", installed: ["1.30.3"]).Rows).IsPublished);
    }

    private static VersionTable Table(string[]? published, string range, string[]? installed = null, string[]? never = null, bool all = false) => VersionTable.Of(
        published is null ? null : [.. published.Select(IstioVersion.Parse)],
        [.. (installed ?? []).Select(version => new InstalledRevision("eu", RevisionName.Parse(version.Replace('.', '-')), IstioVersion.Parse(version)))],
        VersionRange.Parse(range), [.. (never ?? []).Select(IstioVersion.Parse)], ReleaseKnowledge.BuiltIn, Today, all);
}
