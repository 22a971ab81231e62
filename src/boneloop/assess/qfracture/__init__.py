"""QFracture-2012 algorithm: fracture risk from what a general practice knows, without a bone density.

This folder stands by itself, under the GNU Lesser General Public License with an additional term: read NOTICE. The rest
of the package runs without it and says so.
"""
