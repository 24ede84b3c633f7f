using System.Globalization;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Configuration;

public sealed class ValueTests
{
    public static TheoryData<string, string> Durations => Vectors.Of("Configuration/durations.txt");
    public static TheoryData<string, string> Percentages => Vectors.Of("Configuration/percentages.txt");
    public static TheoryData<string, string> Windows => Vectors.Of("Configuration/windows.txt");
    public static TheoryData<string, string> Globs => Vectors.Of("Configuration/globs.txt");
    public static TheoryData<string, string> Paths => Vectors.Of("Configuration/paths.txt");

    [Theory, MemberData(nameof(Durations))]
    public void Durations_are_read_as_the_table_says(string text, string expected)
    {
        if (Vectors.IsError(expected, () => Duration.Parse(text))) return;
        Assert.Equal(TimeSpan.FromSeconds(long.Parse(expected, CultureInfo.InvariantCulture)), Duration.Parse(text));
    }

    [Fact]
    public void A_duration_is_read_back_as_it_was_written() => Prop.ForAll(
        Gen.Choose(0, 315_360_000).Select(seconds => TimeSpan.FromSeconds(seconds)).ToArbitrary(),
        span => Duration.Parse(Duration.Format(span)) == span).Holds();

    [Theory]
    [InlineData(604800, "7d"), InlineData(5400, "1h30m"), InlineData(90, "1m30s"), InlineData(0, "0s")]
    public void A_duration_is_written_with_the_largest_units(int seconds, string text) => Assert.Equal(text, Duration.Format(TimeSpan.FromSeconds(seconds)));

    [Theory, MemberData(nameof(Percentages))]
    public void Percentages_are_read_as_the_table_says(string text, string expected)
    {
        if (Vectors.IsError(expected, () => Percentage.Parse(text))) return;
        Assert.Equal(double.Parse(expected, CultureInfo.InvariantCulture), Percentage.Parse(text).Fraction);
        Assert.Equal(text, Percentage.Parse(text).ToString());
    }

    [Theory]
    [InlineData("0.5%", 0.005), InlineData("1500", 1500), InlineData("-3.5", -3.5), InlineData("1e-3", 0.001)]
    public void A_limit_is_a_number_or_a_percentage(string text, double value) => Assert.Equal(value, Limit.Parse(text).Value);

    [Theory]
    [InlineData("NaN"), InlineData("Infinity"), InlineData("1e999"), InlineData("-5%"), InlineData("1,5"), InlineData("+1"), InlineData("1."), InlineData(".5"), InlineData("")]
    public void Nothing_else_is_a_limit(string text) => Assert.Throws<UserException>(() => Limit.Parse(text));

    [Theory, MemberData(nameof(Windows))]
    public void Windows_are_open_when_the_table_says(string text, string expected)
    {
        if (Vectors.IsError(expected, () => TimeWindow.Parse(text))) return;
        var windows = TimeWindow.Parse(text);
        var (open, shut) = Vectors.Two(expected, "open", "shut");
        Assert.All(open, time => Assert.Contains(windows, window => window.Contains(DateTime.Parse(time, CultureInfo.InvariantCulture))));
        Assert.All(shut, time => Assert.DoesNotContain(windows, window => window.Contains(DateTime.Parse(time, CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void A_window_knows_its_zone() => Assert.Equal("Europe/Paris, UTC", string.Join(", ", TimeWindow.Parse("08:00-12:00 Europe/Paris; 08:00-12:00 UTC").Select(window => window.Zone)));

    [Theory, MemberData(nameof(Globs))]
    public void Patterns_match_as_the_table_says(string text, string expected)
    {
        if (Vectors.IsError(expected, () => Glob.Parse(text))) return;
        var (yes, no) = Vectors.Two(expected, "yes", "no");
        Assert.All(yes, name => Assert.True(Glob.Parse(text).Matches(name), $"{text} matches {name}"));
        Assert.All(no, name => Assert.False(Glob.Parse(text).Matches(name), $"{text} does not match {name}"));
    }

    [Fact]
    public void The_empty_pattern_is_the_core_group_alone()
    {
        Assert.True(Glob.Parse("").Matches(""));
        Assert.False(Glob.Parse("").Matches("apps"));
        Assert.False(Glob.Parse("").MatchesAll);
    }

    [Fact]
    public void A_pattern_matches_what_the_same_regular_expression_does() => Prop.ForAll(
        (from pattern in Gen.Elements("a", "b", "*").ListOf() from name in Gen.Elements("a", "b").ListOf() select (Pattern: string.Concat(pattern), Name: string.Concat(name))).ToArbitrary(),
        pair => Glob.Parse(pair.Pattern).Matches(pair.Name)
            == System.Text.RegularExpressions.Regex.IsMatch(pair.Name, $"^{pair.Pattern.Replace("*", ".*", StringComparison.Ordinal)}$", System.Text.RegularExpressions.RegexOptions.NonBacktracking))
        .Holds();

    [Theory, MemberData(nameof(Paths))]
    public void Paths_stay_inside_the_repository(string text, string expected)
    {
        if (Vectors.IsError(expected, () => RepositoryPath.Parse(text))) return;
        Assert.Equal(expected, RepositoryPath.Parse(text).Value);
    }

    [Theory]
    [InlineData("vendor/istio/${version}/all.yaml", "vendor/istio/1.30.3/all.yaml")]
    [InlineData("./vendor/${revision}/", "vendor/1-30-3")]
    [InlineData("https://mirror.example.com/${version}/${revision}.yaml", "https://mirror.example.com/1.30.3/1-30-3.yaml")]
    [InlineData("file:///srv/istio/${version}.yaml", "file:///srv/istio/1.30.3.yaml")]
    public void A_manifest_source_is_filled_in(string text, string place) =>
        Assert.Equal(place, ManifestSource.Parse(text).For(IstioVersion.Parse("1.30.3"), RevisionName.Parse("1-30-3")));

    [Theory]
    [InlineData("vendor/${verison}/all.yaml", "holds the unknown placeholder '${verison}'")]
    [InlineData("vendor/${version", "holds the unknown placeholder '${version'")]
    [InlineData("/srv/istio/${version}", "it is absolute")]
    [InlineData("../istio/${version}", "'..' could leave the repository")]
    [InlineData("ftp://mirror.example.com/${version}", "is not a URL of https, http, file")]
    [InlineData("https://user:secret@mirror.example.com/${version}", "the URL of mirror.example.com holds a user name or a password")]
    public void A_manifest_source_that_cannot_be_is_refused(string text, string what) =>
        Assert.Contains(what, Assert.Throws<UserException>(() => ManifestSource.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://github.com/acme/shop.git"), InlineData("ssh://git@github.com/acme/shop.git"), InlineData("git@github.com:acme/shop.git"), InlineData("github.com:acme/shop.git")]
    [InlineData("file:///srv/git/shop.git"), InlineData("/srv/git/shop.git"), InlineData("../shop.git"), InlineData("./shop.git")]
    public void A_git_remote_is_kept_as_it_is(string text) => Assert.Equal(text, GitRemote.Parse(text).Text);

    [Theory]
    [InlineData("ext::sh -c id"), InlineData("ext::sh"), InlineData("--upload-pack=id"), InlineData("-oProxyCommand=id:x"), InlineData("ssh://-oProxyCommand=id/x"), InlineData("ssh://-oProxyCommand/x"), InlineData("git@-oProxyCommand:x")]
    [InlineData("https://user:secret@github.com/acme/shop.git"), InlineData("ssh://git:secret@github.com/acme/shop.git"), InlineData("ftp://example.com/x"), InlineData("shop"), InlineData("C:\\git"), InlineData("")]
    public void A_git_remote_that_runs_programs_or_tells_secrets_is_refused_without_telling_them(string text)
    {
        var failure = Assert.Throws<UserException>(() => GitRemote.Parse(text));
        Assert.DoesNotContain("secret", failure.Message + failure.Remedy, StringComparison.Ordinal);
    }
}
