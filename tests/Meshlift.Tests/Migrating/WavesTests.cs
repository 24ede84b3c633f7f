using System.Globalization;
using FsCheck.Fluent;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Selecting;

namespace Meshlift.Tests.Migrating;

/// <summary>Which wave moves a namespace.</summary>
public sealed class WavesTests
{
    [Fact]
    public void The_first_wave_that_takes_a_namespace_moves_it()
    {
        var waves = Migrations.MeshOf("""
            dataPlane:
                waves:
                  - { name: canary, namespaces: { labels: { tier: canary } } }
                  - { name: named, namespaces: { names: ["shop-*"] } }
                  - { name: rest }
            """).Spec.DataPlane.Waves;
        Assert.Equal("canary", Waves.Of(waves, "shop-a", Labels.Of(("tier", "canary")))?.Name);
        Assert.Equal("named", Waves.Of(waves, "shop-a", Labels.None)?.Name);
        Assert.Equal("rest", Waves.Of(waves, "other", Labels.None)?.Name);
        Assert.Null(Waves.Of(waves[..2], "other", Labels.None));
    }

    [Fact]
    public void A_larger_percentage_only_adds() =>
        Prop.ForAll(
            Gen.Choose(1, 99).Two().ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(),
            (shares, number) =>
            {
                var name = $"team-{number.ToString(CultureInfo.InvariantCulture)}";
                var (small, large) = (Math.Min(shares.Item1, shares.Item2), Math.Max(shares.Item1, shares.Item2));
                return !Takes(small, name) || Takes(large, name);
            }).Holds();

    [Fact]
    public void A_percentage_takes_about_that_share()
    {
        var taken = Enumerable.Range(0, 10_000).Count(number => Takes(10, $"team-{number.ToString(CultureInfo.InvariantCulture)}"));
        Assert.InRange(taken, 900, 1100);
    }

    private static bool Takes(int percent, string name) =>
        Waves.Of([new("share", null, percent)], name, Labels.None) is not null;
}
