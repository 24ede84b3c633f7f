using System.Globalization;
using System.Text;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;

namespace Meshlift.Tests.Diffing;

/// <summary>Differences of what Istio's own renderers print.</summary>
public sealed class RealDifferenceTests
{
    [IstioDataTheory]
    [InlineData("1.28.10", "1.29.6", "default-rev")]
    [InlineData("1.29.6", "1.30.3", "default-rev")]
    public void The_outline_of_a_minor_upgrade_is_the_one_that_was_read_line_by_line(string from, string to, string flavour)
    {
        var outline = Outline(MeshDiff.Of(Stream($"{from}/{flavour}.yaml"), Stream($"{to}/{flavour}.yaml")));
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Meshlift.slnx"))) root = root.Parent;
        var file = Path.Combine(root.FullName, "tests", "Meshlift.Tests", "Diffing", $"{from}-{to}.outline.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(file, outline);
        else Assert.Equal(File.ReadAllText(file), outline);
    }

    [IstioDataTheory]
    [InlineData("1.29.6/default-rev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.29.6/full.yaml", "1.30.3/full.yaml")]
    [InlineData("1.10.6/default-norev.yaml", "1.10.6/default-rev.yaml")]
    [InlineData("1.30.3/default-norev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.9.9/default-norev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.10.6/full.yaml", "1.30.3/full.yaml")]
    public void A_resource_that_stands_on_both_sides_under_its_revisions_name_is_neither_added_nor_removed(string before, string after)
    {
        var difference = MeshDiff.Of(Stream(before), Stream(after));
        var names = difference.Names;
        var removed = difference.Resources.Where(resource => resource.Kind == DiffKind.Removed).Select(resource => Bare(resource.Identity, names.RevisionBefore?.Value)).ToList();
        var added = difference.Resources.Where(resource => resource.Kind == DiffKind.Added).Select(resource => Bare(resource.Identity, names.RevisionAfter?.Value)).ToList();
        Assert.Empty(removed.Intersect(added));
    }

    [IstioDataTheory]
    [InlineData("1.29.6/default-rev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.28.10/default-rev.yaml", "1.29.6/default-rev.yaml")]
    [InlineData("1.28.10/full.yaml", "1.29.6/full.yaml")]
    [InlineData("1.29.6/custom.yaml", "1.30.3/custom.yaml")]
    [InlineData("1.30.3/default-norev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.9.9/default-norev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.10.6/full.yaml", "1.11.8/full.yaml")]
    [InlineData("1.10.6/default-norev.yaml", "1.30.3/default-rev.yaml")]
    [InlineData("1.10.6/full.yaml", "1.30.3/full.yaml")]
    public void Applied_to_the_one_side_the_difference_gives_the_other(string before, string after)
    {
        var (old, @new) = (Stream(before), Stream(after));
        var difference = MeshDiff.Of(old, @new);
        foreach (var resource in difference.Resources.Where(resource => resource.Kind == DiffKind.Changed))
            Assert.Equal(DiffApplication.Opened(resource.After!.Root), DiffApplication.Opened(DiffApplication.Apply(resource.Before!.Root, resource.Changes)), Meshlift.Yaml.YamlEquality.Instance);
        var back = MeshDiff.Of(@new, old);
        Assert.Equal(DiffApplication.Facts(difference, mirrored: false), DiffApplication.Facts(back, mirrored: true));
        Assert.Empty(MeshDiff.Of(@new, @new).Resources);
    }

    [IstioDataTheory]
    [InlineData("1.29.6/full.yaml", "1.30.3/full.yaml")]
    [InlineData("1.28.10/default-rev.yaml", "1.29.6/default-rev.yaml")]
    [InlineData("1.10.6/full.yaml", "1.11.8/full.yaml")]
    [InlineData("1.30.3/default-rev.yaml", "1.30.3/default-rev.yaml")]
    public void Definitions_of_which_only_the_head_is_read_differ_as_the_whole_ones_do(string before, string after)
    {
        DiffSource Source(string file) => new(file, [(file, IstioData.Read("manifests/" + file))]);
        var (old, @new) = DiffSource.Read(Source(before), Source(after));
        Assert.Contains(old.Resources.Resources, resource => resource.Identity.Kind == "CustomResourceDefinition" && resource.Root["spec"] is null);
        var (whole, quick) = (MeshDiff.Of(Stream(before), Stream(after)), MeshDiff.Of(old.Resources, @new.Resources));
        Assert.Equal(DiffApplication.Facts(whole, mirrored: false), DiffApplication.Facts(quick, mirrored: false));
        Assert.Equal((whole.Same, Outline(whole)), (quick.Same, Outline(quick)));
    }

    [IstioDataFact]
    public void Two_revisions_of_one_version_differ_in_nothing_but_their_names()
    {
        var before = Stream("1.30.3/default-rev.yaml");
        var text = Encoding.UTF8.GetString(IstioData.Read("manifests/1.30.3/default-rev.yaml")).Replace("1-30-3", "canary", StringComparison.Ordinal);
        var difference = MeshDiff.Of(before, ManifestSet.Create(ManifestStream.Split(Encoding.UTF8.GetBytes(text), "canary")));
        Assert.Empty(difference.Real.Select(resource => resource.Name));
        Assert.Equal([DiffNoise.Revision], difference.Folded.Keys);
    }

    private static string Bare(ResourceIdentity identity, string? revision) =>
        (revision is null ? identity : identity with { Name = identity.Name.Replace("-" + revision, "", StringComparison.Ordinal) }).ToString();

    private static ManifestSet Stream(string file) => ManifestSet.Create(ManifestStream.Split(IstioData.Read("manifests/" + file), file));

    private static string Outline(MeshDifference difference)
    {
        var outline = new StringBuilder();
        foreach (var resource in difference.Real)
        {
            outline.Append(CultureInfo.InvariantCulture, $"{resource.Kind.ToString().ToLowerInvariant()} {resource.Name} {resource.Risk.ToString().ToLowerInvariant()}\n");
            foreach (var change in resource.Real)
                outline.Append(CultureInfo.InvariantCulture, $"  {change.Risk.ToString().ToLowerInvariant()} {change.Kind.ToString().ToLowerInvariant()} {change.Path}\n");
        }
        foreach (var (noise, count) in difference.Folded) outline.Append(CultureInfo.InvariantCulture, $"folded {noise}: {count}\n");
        return outline.Append(CultureInfo.InvariantCulture, $"same: {difference.Same}\n").ToString();
    }
}
