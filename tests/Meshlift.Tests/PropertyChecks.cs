using System.Globalization;
using FsCheck;

namespace Meshlift.Tests;

/// <summary>Checks properties with the same values on every run, so that a failure is of the change and can be seen again.</summary>
internal static class PropertyChecks
{
    /// <summary>The seed; MESHLIFT_SEED names another one, to look further.</summary>
    public static Rnd Seed { get; } = new(ulong.TryParse(Environment.GetEnvironmentVariable("MESHLIFT_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20261120, 1);

    /// <summary>Fails with a smallest counterexample when the property does not hold.</summary>
    /// <param name="property">The property.</param>
    /// <param name="tests">How many values are tried.</param>
    /// <param name="size">How large they become.</param>
    public static void Holds(this Property property, int tests = 100, int size = 100) =>
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithEndSize(size).WithReplay(Seed.Seed, Seed.Gamma));
}
