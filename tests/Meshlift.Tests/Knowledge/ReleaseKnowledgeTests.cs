using System.Text;
using Meshlift.Core.Knowledge;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Knowledge;

public sealed class ReleaseKnowledgeTests
{
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly ReleaseKnowledge Known = ReleaseKnowledge.BuiltIn;

    [Fact]
    public void What_is_built_in_is_dated_sourced_and_in_order()
    {
        Assert.Equal(new DateOnly(2026, 10, 1), Known.AsOf);
        Assert.All(Known.Minors, minor => Assert.NotEqual("", minor.Source));
        Assert.Equal(Known.Minors.Select(minor => minor.Released).Order(), Known.Minors.Select(minor => minor.Released));
        Assert.All(Known.Minors.Where(minor => minor.EndOfLife is not null), minor => Assert.True(minor.EndOfLife > minor.Released));
        Assert.Equal(new KubernetesRange(31, 35), Known.KubernetesOf(IstioVersion.Parse("1.29.6")));
    }

    [Theory]
    [InlineData("1.29.6", "1.31.1", SupportState.Ended, "ended 2026-10-12")]
    [InlineData("1.27.9", "1.31.1", SupportState.Ended, "ended about 2026-03-30")]
    [InlineData("1.9.9", "1.31.1", SupportState.Ended, "ended before 2024-11-07")]
    [InlineData("1.30.3", "1.31.1", SupportState.Supported, "until 6 weeks after 1.32.0")]
    [InlineData("1.30.3", null, SupportState.Supported, "until 6 weeks after 1.32.0")]
    [InlineData("1.30.3", "1.32.0", SupportState.Unknown, "unknown: ends 6 weeks after 1.32.0, which is published")]
    [InlineData("1.32.0", "1.32.0", SupportState.Unknown, "unknown: newer than the data of 2026-10-01")]
    [InlineData("2.0.0", "2.0.0", SupportState.Unknown, "unknown: newer than the data of 2026-10-01")]
    [InlineData("1.31.0-rc.0", "1.31.1", SupportState.Prerelease, "none: a pre-release")]
    public void Support_follows_from_the_dates_and_is_never_guessed(string version, string? newest, SupportState state, string text)
    {
        var support = Known.SupportOf(IstioVersion.Parse(version), Today, newest is null ? null : IstioVersion.Parse(newest));
        Assert.Equal((state, text), (support.State, support.Text));
    }

    [Fact]
    public void The_last_day_is_still_supported()
    {
        var version = IstioVersion.Parse("1.29.6");
        Assert.Equal(SupportState.Supported, Known.SupportOf(version, new DateOnly(2026, 10, 12), null).State);
        Assert.Equal(SupportState.Ended, Known.SupportOf(version, new DateOnly(2026, 10, 13), null).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "asOf": "2026-10-01", "minors": [] }""")]
    [InlineData("""{ "asOf": "soon", "minors": [{ "minor": "1.30", "released": "2026-05-18", "kubernetes": "1.32-1.36", "source": "" }] }""")]
    [InlineData("""{ "asOf": "2026-10-01", "minors": [{ "minor": "1.30", "released": "2026-05-18", "kubernetes": "1.36-1.32", "source": "" }] }""")]
    [InlineData("""{ "asOf": "2026-10-01", "minors": [{ "minor": "30", "released": "2026-05-18", "kubernetes": "1.32-1.36", "source": "" }] }""")]
    [InlineData("""{ "asOf": "2026-10-01", "minors": [{ "minor": "1.30", "released": "2026-05-18", "kubernetes": "1.32-1.36", "source": "" }, { "minor": "1.32", "released": "2026-05-18", "kubernetes": "1.32-1.36", "source": "" }] }""")]
    public void Data_of_another_form_is_refused(string text) => Assert.Throws<FormatException>(() => ReleaseKnowledge.Read(Encoding.UTF8.GetBytes(text)));
}
