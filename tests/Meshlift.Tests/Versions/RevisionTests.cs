using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Versions;

public sealed class RevisionTests
{
    [Theory]
    [InlineData("1-30-3"), InlineData("istio130"), InlineData("default"), InlineData("a"), InlineData("123456789012345678901234567890123456789012345678901234567890123")]
    public void A_dns_label_is_a_revision_name(string text) => Assert.Equal(text, RevisionName.Parse(text).ToString());

    [Theory]
    [InlineData(""), InlineData("-a"), InlineData("a-"), InlineData("1.30.3"), InlineData("Istio"), InlineData("a_b"), InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void Anything_else_is_not(string text) => Assert.Contains("is not a revision name", Assert.Throws<UserException>(() => RevisionName.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_control_plane_without_a_revision_is_called_default()
    {
        Assert.Equal(RevisionName.Default, RevisionName.Parse("default"));
        Assert.True(RevisionName.Parse("default").IsDefault);
        Assert.False(RevisionName.Parse("1-30-3").IsDefault);
    }

    [Theory]
    [InlineData("{major}-{minor}-{patch}", "1.30.3", "1-30-3")]
    [InlineData("{major}-{minor}-{patch}", "1.31.0-rc.0", "1-31-0-rc-0")]
    [InlineData("istio{major}{minor}", "1.30.3", "istio130")]
    [InlineData("istio{major}{minor}", "1.31.0-rc.0", "istio131-rc-0")]
    [InlineData("{major}-{minor}-{patch}-{prerelease}", "1.30.3", "1-30-3")]
    [InlineData("{major}-{minor}-{patch}-{prerelease}", "1.31.0-rc.0", "1-31-0-rc-0")]
    [InlineData("{major}-{minor}{prerelease}-blue", "1.31.0-RC.1", "1-31rc-1-blue")]
    [InlineData("default", "1.30.3", "default")]
    [InlineData("default", "1.31.0-rc.0", "default")]
    public void A_template_names_the_revision_of_a_version(string template, string version, string revision) =>
        Assert.Equal(revision, RevisionTemplate.Parse(template).For(IstioVersion.Parse(version)).Value);

    [Theory]
    [InlineData("{major}-{minro}", "unknown placeholder '{minro}' at character 9", "did you mean {minor}?")]
    [InlineData("{version}", "unknown placeholder '{version}' at character 1", "known are {major}, {minor}, {patch} and {prerelease}")]
    [InlineData("{major", "'{' at character 1 is not closed", "write for example {major}-{minor}-{patch}")]
    [InlineData("v{major}.{minor}", "Istio 1.30.3 would become 'v1.30', which is no DNS label", "use a-z")]
    [InlineData("{major}-", "Istio 1.30.3 would become '1-', which is no DNS label", "use a-z")]
    [InlineData("{prerelease}", "Istio 1.30.3 would become '', which is no DNS label", "use a-z")]
    [InlineData("Default", "it is no DNS label", "use a-z")]
    [InlineData("", "it is no DNS label", "use a-z")]
    [InlineData("a}b", "it is no DNS label", "use a-z")]
    public void A_template_that_names_no_revisions_is_refused(string template, string what, string remedy)
    {
        var failure = Assert.Throws<UserException>(() => RevisionTemplate.Parse(template));
        Assert.Equal($"'{template}' is not a revision template: {what}", failure.Message);
        Assert.StartsWith(remedy, failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prerelease_too_long_for_a_name_is_refused_when_it_comes() =>
        Assert.Throws<UserException>(() => RevisionTemplate.Parse("{major}-{minor}-{patch}").For(IstioVersion.Parse("1.31.0-" + new string('a', 57))));

    [Fact]
    public void Two_versions_never_share_a_revision_of_the_usual_template() => Prop.ForAll(Pair.ToArbitrary(), pair =>
    {
        var template = RevisionTemplate.Parse("{major}-{minor}-{patch}");
        return (template.For(pair.A) == template.For(pair.B)) == (pair.A == pair.B);
    }).Holds();

    private static Gen<IstioVersion> Version { get; } =
        from minor in Gen.Choose(0, 3) from patch in Gen.Choose(0, 3) from prerelease in Gen.Elements("", "", "-rc.0", "-rc.1", "-alpha.0", "-0") select IstioVersion.Parse($"1.{minor}.{patch}{prerelease}");

    private static Gen<(IstioVersion A, IstioVersion B)> Pair { get; } = from a in Version from b in Version select (a, b);
}
