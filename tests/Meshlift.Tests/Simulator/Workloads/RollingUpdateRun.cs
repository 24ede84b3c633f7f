using Meshlift.Simulator.Workloads.Rollouts;

namespace Meshlift.Tests.Simulator.Workloads;

/// <summary>Plays the sizes of a rollout from an old set to a new one, where pods become available one at a time.</summary>
internal sealed class RollingUpdateRun(int wanted, int surge, int unavailable, int start)
{
    public bool Arrives()
    {
        var update = new RollingUpdate(wanted, surge, Math.Min(unavailable, wanted));
        var (old, @new) = (new SetSize(start, start), new SetSize(0, 0));
        for (var step = 0; step < 500; step++)
        {
            if (@new.Replicas == wanted && @new.Available == wanted && old.Replicas == 0) return true;
            var next = update.Next(@new.Replicas, old.Replicas + @new.Replicas);
            if (next > @new.Replicas && old.Replicas + next > Math.Max(start, wanted + surge)) return false;
            if (next != @new.Replicas)
            {
                @new = @new with { Replicas = next };
                continue;
            }
            var size = update.Shrink([old], @new)[0];
            if (size < old.Replicas && Math.Min(old.Available, size) + @new.Available < Math.Min(start, wanted - Math.Min(unavailable, wanted))) return false;
            old = new SetSize(size, Math.Min(old.Available, size));
            if (@new.Available < @new.Replicas) @new = @new with { Available = @new.Available + 1 };
        }
        return false;
    }
}
